from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from digests.pages.home.queries import front
from digests.pages.home.visits import Visit


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    visit = Visit.of(request, timezone.now())
    context = {"front": front(request.user, visit.last_at), "last_visit": visit.last_at}
    response = render(request, "digests/home.html", context)
    visit.remember(response)
    return response
