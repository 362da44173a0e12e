"""The feed of open questions."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.models import Topic
from digests.pages.feeds.access import atom_feed
from digests.pages.feeds.atom import Channel
from digests.pages.feeds.entries import of_topics


@atom_feed
def questions_feed(request: HttpRequest) -> Channel:
    entries = of_topics(request, Topic.objects.visible_to(request.user).open())
    return Channel("questions", _("Open questions"), reverse("digests:questions"), entries)
