"""The feed of all digests, each with its topics."""

from collections import defaultdict

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.models import Digest, Reader, Topic
from digests.pages.feeds.access import atom_feed
from digests.pages.feeds.atom import Channel
from digests.pages.feeds.entries import of_digests
from digests.pages.feeds.queries import ENTRIES, DigestInFeed, TopicInFeed, list_entries


@atom_feed
def digests_feed(request: HttpRequest) -> Channel:
    entries = of_digests(request, _newest_digests(request.user))
    return Channel("digests", _("Digests"), reverse("digests:digest_list"), entries)


def _newest_digests(user: Reader) -> list[DigestInFeed]:
    """The newest digests with all that their entries show. Four queries."""
    newest = Digest.objects.visible_to(user).newest_first().with_tags()
    digests = list(newest.defer("front_matter", "preamble", "preamble_text")[:ENTRIES])
    topics: dict[int, list[Topic]] = defaultdict(list)
    live = Topic.objects.visible_to(user).filter(digest__in=digests).order_by("position")
    for topic in live.defer("body", "prose").with_points():
        topics[topic.digest_id].append(topic)
    within = [topic for some in topics.values() for topic in some]
    listed = list_entries(user, Q(digest__in=digests) | Q(topic__in=within))
    return [
        DigestInFeed(
            digest,
            listed[digest.pk, None],
            [TopicInFeed(topic, listed[None, topic.pk]) for topic in topics[digest.pk]],
        )
        for digest in digests
    ]
