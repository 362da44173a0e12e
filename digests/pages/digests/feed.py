"""The feed of all digests, each with its topics."""

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from digests.grouping import grouped_by
from digests.models import Digest, Topic
from digests.pages.feeds.access import atom_feed
from digests.pages.feeds.atom import Channel
from digests.pages.feeds.entries import of_digest
from digests.pages.feeds.queries import ENTRIES, list_entries
from digests.pages.parts.site_links import FEEDS

FEEDS.add(20, _("Digests"), "digests:digests_feed")


@atom_feed
def digests_feed(request: HttpRequest) -> Channel:
    """The newest digests with all that their entries show. Five queries."""
    newest = Digest.objects.visible_to(request.user).newest_first().with_tags()
    digests = list(newest.defer("front_matter", "preamble", "preamble_text")[:ENTRIES])
    live = Topic.objects.visible_to(request.user).filter(digest__in=digests).order_by("position")
    topics = list(live.defer("body", "prose").with_points())
    listed = list_entries(request.user, Q(digest__in=digests) | Q(topic__in=topics))
    by_digest = grouped_by(topics, lambda topic: topic.digest_id)
    entries = [of_digest(request, digest, by_digest[digest.pk], listed) for digest in digests]
    return Channel("digests", str(_("Digests")), reverse("digests:digest_list"), entries)
