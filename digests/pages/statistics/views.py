from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from digests.pages.statistics import queries


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    return render(
        request, "digests/statistics.html", {"statistics": queries.statistics(request.user)}
    )
