from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from digests.pages.caching import cached_page_by, kept_value
from digests.pages.home.queries import arrivals_since, front, talked_about
from digests.pages.home.visits import Visit
from digests.pages.parts.about import About


def _news(request: HttpRequest) -> str:
    """The key of what the page says of the last visit: its day, and the number of digests that came
    since, which decides which are marked as new. One query; none in a first visit."""
    visit = Visit.of(request)
    if visit.last_at is None:
        return ""
    arrivals = arrivals_since(request.user, visit.last_at)
    if arrivals is None:
        return f"many since {visit.last}"
    return f"{arrivals} since {timezone.localdate(visit.last_at)}"


@cached_page_by(_news)
def home(request: HttpRequest) -> HttpResponse:
    last_visit = Visit.of(request).last_at
    about = About(settings.KB_SITE_NAME, type="WebSite")
    shown = front(request.user, last_visit)
    # The page has a copy for each number of digests that are new to a reader; this is as it is.
    counted = kept_value(
        request, "talked about", lambda: talked_about(request.user, shown["until"])
    )
    context = {"about": about, "front": shown | counted, "last_visit": last_visit}
    return render(request, "digests/home.html", context)
