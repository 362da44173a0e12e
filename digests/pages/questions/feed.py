"""The feed of open questions."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.models import Topic
from digests.pages.feeds.access import atom_feed
from digests.pages.feeds.atom import Channel, answer
from digests.pages.feeds.entries import of_topics
from digests.pages.feeds.queries import in_full


@atom_feed
def questions_feed(request: HttpRequest) -> HttpResponse:
    entries = of_topics(
        request, in_full(request.user, Topic.objects.visible_to(request.user).open())
    )
    address = reverse("digests:questions")
    return answer(request, Channel("questions", _("Open questions"), address, entries))
