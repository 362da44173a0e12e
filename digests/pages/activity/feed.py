"""The feed of what editors and imports changed lately. It names no account."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digests.pages.activity import queries
from digests.pages.feeds.access import atom_feed
from digests.pages.feeds.atom import Channel, Entry
from digests.pages.feeds.queries import ENTRIES
from digests.pages.parts.rows import named
from digests.pages.parts.site_links import FEEDS

FEEDS.add(40, gettext_lazy("Changes"), "digests:changes_feed")


@atom_feed
def changes_feed(request: HttpRequest) -> Channel:
    keys = queries.latest(request.user, ENTRIES)
    entries = [_entry(change) for change in queries.changes(request.user, keys)]
    return Channel("changes", _("Changes"), reverse("digests:changes"), entries)


def _entry(change: queries.Change) -> Entry:
    return Entry(
        name=f"change:{change.id}",
        title=named(change.row),
        address=change.row.get_absolute_url(),
        html=format_html("<p>{} · {} · {}</p>", change.kind, change.author, change.summary),
        published=change.at,
        updated=change.at,
        tags=(),
    )
