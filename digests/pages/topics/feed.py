"""The feed of all topics."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from digests.pages.feeds.access import atom_feed
from digests.pages.feeds.atom import Channel
from digests.pages.feeds.entries import of_topics
from digests.pages.feeds.queries import recent_topics
from digests.pages.parts.site_links import FEEDS

FEEDS.add(10, _("All topics"), "digests:topics_feed")


@atom_feed
def topics_feed(request: HttpRequest) -> Channel:
    entries = of_topics(request, recent_topics(request.user))
    return Channel("topics", str(_("All topics")), reverse("digests:home"), entries)
