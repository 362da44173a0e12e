from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from digests.pages.home.queries import front
from digests.pages.home.visits import Visit
from digests.pages.parts.about import About


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    visit = Visit.of(request, timezone.now())
    about = About(settings.KB_SITE_NAME, type="WebSite")
    shown = front(request.user, visit.last_at)
    context = {"about": about, "front": shown, "last_visit": visit.last_at}
    response = render(request, "digests/home.html", context)
    visit.remember(response)
    return response
