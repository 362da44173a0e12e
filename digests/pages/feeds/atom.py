"""Atom feeds (RFC 4287), written by django.contrib.syndication."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid5

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

from digests.models import installation_key

# XML 1.0 does not allow these characters: with a single one no reader could parse the feed.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
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
    tags: Sequence[str] = ()


@dataclass(frozen=True)
class Channel:
    """The properties of a feed. ``address`` is that of the page with the same content."""

    name: str
    title: str
    address: str
    entries: Sequence[Entry]


def answer(request: HttpRequest, channel: Channel) -> HttpResponse:
    response = _ChannelFeed()(request, channel)
    # Django sends the date of the newest entry. But an old topic that gets a tag changes the feed
    # too, and a reader that asks by date alone would miss it. The ETag changes with every byte.
    del response.headers["Last-Modified"]
    return response


class _Atom(Atom1Feed):
    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write the text as ``content``; Django would write it as ``summary``."""
        super().add_item_elements(handler, {**item, "description": None})
        handler.addQuickElement("content", item["description"], {"type": "html"})

    def latest_post_date(self) -> datetime:
        """The date of the newest entry. An empty feed has a constant date, because Django's
        default, the present, would give it a new ETag each time."""
        return super().latest_post_date() if self.items else _LONG_AGO


class _ChannelFeed(Feed[Entry, Channel]):
    feed_type = _Atom

    def get_object(self, request: HttpRequest, channel: Channel) -> Channel:
        self.feed_url = request.get_full_path()
        return channel

    def title(self, channel: Channel) -> str:
        return _in_xml(f"{channel.title} · {settings.KB_SITE_NAME}")

    def link(self, channel: Channel) -> str:
        return channel.address

    def feed_guid(self, channel: Channel) -> str:
        return _urn(f"feed:{channel.name}")

    def author_name(self) -> str:
        return settings.KB_SITE_NAME

    def items(self, channel: Channel) -> Sequence[Entry]:
        return channel.entries

    def item_guid(self, entry: Entry) -> str:
        return _urn(entry.name)

    def item_title(self, entry: Entry) -> str:
        return _in_xml(entry.title)

    def item_link(self, entry: Entry) -> str:
        return entry.address

    def item_description(self, entry: Entry) -> str:
        return _in_xml(entry.html)

    def item_pubdate(self, entry: Entry) -> datetime:
        return entry.published

    def item_updateddate(self, entry: Entry) -> datetime:
        return entry.updated

    def item_categories(self, entry: Entry) -> Sequence[str]:
        return [_in_xml(tag) for tag in entry.tags]


def _in_xml(text: str) -> str:
    return _NOT_XML.sub("", text)


def _urn(name: str) -> str:
    return uuid5(installation_key(), name).urn
