"""The feed of all topics."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.pages.feeds.access import atom_feed
from digests.pages.feeds.atom import Channel, answer
from digests.pages.feeds.entries import of_topics
from digests.pages.feeds.queries import in_full, recent_topics


@atom_feed
def topics_feed(request: HttpRequest) -> HttpResponse:
    entries = of_topics(request, in_full(request.user, recent_topics(request.user)))
    return answer(request, Channel("topics", _("All topics"), reverse("digests:home"), entries))
