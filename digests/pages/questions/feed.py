"""The feed of open questions."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from digests.models import Topic
from digests.pages.feeds.access import atom_feed
from digests.pages.feeds.atom import Channel
from digests.pages.feeds.entries import of_topics
from digests.pages.parts.site_links import FEEDS

FEEDS.add(30, _("Open questions"), "digests:questions_feed")


@atom_feed
def questions_feed(request: HttpRequest) -> Channel:
    entries = of_topics(request, Topic.objects.visible_to(request.user).open())
    return Channel("questions", str(_("Open questions")), reverse("digests:questions"), entries)
