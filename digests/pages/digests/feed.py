"""The feed of all digests, each with its topics."""

from django.db.models import Prefetch
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.models import Digest, Topic
from digests.pages.feeds.access import atom_feed
from digests.pages.feeds.atom import Channel
from digests.pages.feeds.entries import of_digest
from digests.pages.feeds.queries import ENTRIES, list_entries


@atom_feed
def digests_feed(request: HttpRequest) -> Channel:
    """The newest digests with all that their entries show. Six queries."""
    user = request.user
    topics = Topic.objects.visible_to(user).order_by("position").with_points()
    topics = topics.defer("body", "prose").prefetch_related(list_entries(user))
    digests = Digest.objects.visible_to(user).newest_first().with_tags()
    digests = digests.defer("front_matter", "preamble", "preamble_text")
    digests = digests.prefetch_related(list_entries(user), Prefetch("topics", topics))
    entries = [of_digest(request, digest) for digest in digests[:ENTRIES]]
    return Channel("digests", _("Digests"), reverse("digests:digest_list"), entries)
