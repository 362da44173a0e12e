"""The page that lists the feeds, with the reader's own key for them."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from digests.models import FeedToken, Tag
from digests.pages.parts.about import About
from digests.pages.parts.site_links import FEEDS, FOOTER
from digests.vocabulary import DocumentKind, PointKind

TAGS_ON_PAGE = 30

FOOTER.add(40, _("Feeds"), "digests:feeds")


@never_cache
@require_safe
def feed_list(request: HttpRequest) -> HttpResponse:
    reader = _reader(request)
    key = FeedToken.objects.filter(user=reader).first() if reader else None
    token = key.token if key else ""

    def link(name: str, view: str, *args: str, **parameters: str) -> tuple[str, str]:
        query = parameters | ({"token": token} if token else {})
        address = reverse(view, args=args, query=query)
        return name, request.build_absolute_uri(address)

    tags = Tag.objects.visible_to(request.user).filter(topic_count__gt=0).most_used_first()
    context = {
        "about": About(str(_("Feeds"))),
        "token": token,
        "needs_token": reader is not None,
        "feeds": [link(name, view) for name, view in FEEDS],
        "labels": [link(str(kind.label), "digests:label_feed", kind) for kind in PointKind],
        "tags": [link(tag.name, "digests:tag_feed", tag.slug) for tag in tags[:TAGS_ON_PAGE]],
        "examples": [
            link(str(DocumentKind.TAG.label), "digests:tag_feed", "rag"),
            link(str(DocumentKind.REFERENCE.label), "digests:reference_feed", "12", "toolformer"),
            link(str(_("Search")), "digests:search_feed", q="显存 RAG"),
        ],
    }
    return render(request, "digests/feeds.html", context)


@require_POST
def new_feed_key(request: HttpRequest) -> HttpResponse:
    """Make a token for the reader. Addresses with the old one stop working, in case somebody else
    has got hold of it."""
    reader = _reader(request)
    if reader is None:
        raise Http404
    had_one = FeedToken.objects.filter(user=reader).exists()
    FeedToken.objects.renew(reader)
    if had_one:
        messages.success(request, _("You have a new key. Feeds with the old one no longer answer."))
    else:
        messages.success(request, _("You have a key. It stands in the addresses."))
    return redirect("digests:feeds")


def _reader(request: HttpRequest) -> User | None:
    """The user if feeds need a token; None if the site is open."""
    is_private = settings.KB_LOGIN_REQUIRED and request.user.is_authenticated
    return request.user if is_private and isinstance(request.user, User) else None
