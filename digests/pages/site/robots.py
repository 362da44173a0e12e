from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# Pages that no search engine should list, or that are too many to be crawled.
_NOT_FOR_ROBOTS = ("/accounts/", "/admin/", "/editor/", "/feeds/", "/i18n/", "/search", "/tags/*+*")


@login_not_required
@require_safe
@cache_control(max_age=24 * 60 * 60)
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *"]
    if settings.KB_LOGIN_REQUIRED:
        lines += ["Disallow: /"]
    else:
        sitemap = request.build_absolute_uri(reverse("digests:sitemaps"))
        lines += [*(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS), "", f"Sitemap: {sitemap}"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
