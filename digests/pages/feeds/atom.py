"""Atom feeds (RFC 4287), written by Django's feed generator."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid5
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from digests.models import installation_key
from digests.rendering import cut, markup

# XML 1.0 does not allow these characters: with a single one no reader could parse the feed.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Bytes of the texts of a feed, newest first, and the least of them that an entry has. A text beyond
# them ends with a link to its page. Readers ask for a feed each hour, and many refuse large ones.
MOST_BYTES = 1_800_000
_LEAST_BYTES = 4_000
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """An entry of a feed. ``name`` identifies it for good, even if its title and address change."""

    name: str
    title: str
    address: str
    html: str
    published: datetime
    updated: datetime
    tags: Sequence[str]


@dataclass(frozen=True)
class Channel:
    """The properties of a feed. ``address`` is that of the page with the same content."""

    name: str
    title: str
    address: str
    entries: Sequence[Entry]


class _Atom(Atom1Feed):
    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write the text as ``content``; Django would write it as ``summary``."""
        super().add_item_elements(handler, {**item, "description": None})
        handler.addQuickElement("content", item["description"], {"type": "html"})

    def latest_post_date(self) -> datetime:
        """The date of the newest entry. An empty feed has a constant date, because Django's
        default, the present, would give it a new ETag each time."""
        return super().latest_post_date() if self.items else _LONG_AGO


def atom_response(request: HttpRequest, channel: Channel) -> HttpResponse:
    """Write a channel as Atom, without ``Last-Modified``: an old topic that gets a tag changes the
    feed too, and a reader that asks by date alone would miss it."""
    feed = _Atom(
        title=_in_xml(f"{channel.title} · {settings.KB_SITE_NAME}"),
        link=request.build_absolute_uri(channel.address),
        description=None,
        language=get_language(),
        author_name=settings.KB_SITE_NAME,
        feed_url=request.build_absolute_uri(),
        feed_guid=_urn(f"feed:{channel.name}"),
    )
    room = MOST_BYTES
    for number, entry in enumerate(channel.entries):
        address = request.build_absolute_uri(entry.address)
        after = len(channel.entries) - number - 1
        html = _shortened(_in_xml(entry.html), room - after * _LEAST_BYTES, address)
        room -= _size(html)
        feed.add_item(
            title=_in_xml(entry.title),
            link=address,
            description=html,
            unique_id=_urn(entry.name),
            pubdate=entry.published,
            updateddate=entry.updated,
            categories=[_in_xml(tag) for tag in entry.tags],
        )
    response = HttpResponse(content_type=feed.content_type)
    feed.write(response, "utf-8")
    return response


def _shortened(html: str, room: int, address: str) -> str:
    """The beginning of an entry that takes more than ``room`` bytes, with a link to the whole."""
    if _size(html) <= room:
        return html
    first = cut(html, max(room, _LEAST_BYTES) // 2)[0]
    if _size(first) > max(room, _LEAST_BYTES):  # nearly all of it is signs that XML escapes
        first = markup("")
    return markup('{}<p><a href="{}">{}</a></p>', first, address, _("The whole text"))


def _size(html: str) -> int:
    """The bytes that HTML takes in XML."""
    return len(escape(html).encode())


def _in_xml(text: str) -> str:
    return _NOT_XML.sub("", text)


def _urn(name: str) -> str:
    return uuid5(installation_key(), name).urn
