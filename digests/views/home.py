from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from digests.queries.front import front


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "digests/home.html", {"front": front()})
