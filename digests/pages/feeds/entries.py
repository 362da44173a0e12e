"""Rows → entries with their full text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from html import escape, unescape
from typing import Any
from urllib.parse import urljoin

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.text import Truncator

from digests.markdown import raw_html
from digests.models import Digest, Topic
from digests.pages.feeds.atom import Entry
from digests.pages.feeds.queries import DigestInFeed, TopicInFeed
from digests.pages.parts.rows import named
from digests.rendering.plain_text import points_in, visible_text
from digests.vocabulary import PointKind

_LONGEST_TITLE = 100
# Of HTML that `rendering` or a template wrote: every attribute is quoted. Any is looked at, as the
# value of another one may end in ``href=``.
_ATTRIBUTE = re.compile(r'(?P<name>[a-z:-]+)="(?P<value>[^"]*)"')
_ADDRESSES = {"href", "src"}
_SCHEME = re.compile("[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def of_topics(request: HttpRequest, topics: Iterable[TopicInFeed]) -> list[Entry]:
    return [_of_topic(request, found) for found in topics]


def of_digests(request: HttpRequest, digests: Iterable[DigestInFeed]) -> list[Entry]:
    return [_of_digest(request, found) for found in digests]


def of_points(request: HttpRequest, topics: Iterable[Topic], kind: PointKind) -> Iterator[Entry]:
    """Each is known by its topic and its place among the points of this kind there, as in its
    address: so one that is corrected is the same entry."""
    for topic in topics:
        for point in points_in(topic.html):
            if point.kind != kind:
                continue
            address = f"{topic.get_absolute_url()}#{point.anchor}"
            yield Entry(
                name=f"topic:{topic.pk}#{point.anchor}",
                title=_one_line(visible_text(point.html)) or named(topic),
                address=address,
                html=_html(
                    request,
                    address,
                    "point",
                    {"topic": topic, "html": topic.rendered_piece(point.html)},
                ),
                published=topic.digest.published_at,
                updated=_updated(topic, topic.digest.published_at),
                tags=[tag.name for tag in topic.own_tags],
            )


def _of_topic(request: HttpRequest, found: TopicInFeed) -> Entry:
    topic, address = found.topic, found.topic.get_absolute_url()
    return Entry(
        name=f"topic:{topic.pk}",
        title=named(topic),
        address=address,
        html=_html(request, address, "topic", {"found": found}),
        published=topic.digest.published_at,
        updated=_updated(topic, topic.digest.published_at),
        tags=[tag.name for tag in topic.own_tags],
    )


def _of_digest(request: HttpRequest, found: DigestInFeed) -> Entry:
    digest, address = found.digest, found.digest.get_absolute_url()
    rows: list[Digest | Topic] = [digest, *(each.topic for each in found.topics)]
    return Entry(
        name=f"digest:{digest.pk}",
        title=named(digest),
        address=address,
        html=_html(request, address, "digest", {"digest": digest, "found": found}),
        published=digest.published_at,
        updated=max(_updated(row, digest.published_at) for row in rows),
        tags=[tag.name for tag in digest.tag_list],
    )


def _updated(row: Topic | Digest, published: datetime) -> datetime:
    """When it last changed here: when it came in, by a corrected file, by an editor. What is
    only derived anew does not count."""
    return max(published, row.updated_at, row.edited_at or published)


def _html(request: HttpRequest, address: str, template: str, context: Mapping[str, Any]) -> str:
    html = render_to_string(f"digests/feeds/{template}.html", dict(context))
    return with_whole_addresses(html, request.build_absolute_uri(address))


def with_whole_addresses(html: str, base: str) -> str:
    """HTML that we made, for a place where an address must name its host."""

    def whole(found: re.Match[str]) -> str:
        if found["name"] not in _ADDRESSES:
            return found.group()
        return f'{found["name"]}="{escape(_whole(unescape(found["value"]), base))}"'

    return raw_html.TAG.sub(lambda tag: _ATTRIBUTE.sub(whole, tag.group()), html)


def _whole(address: str, base: str) -> str:
    if _SCHEME.match(address):
        return address
    try:
        return urljoin(base, address)
    except ValueError:  # //[ and the like, which browsers cannot read either
        return address


def _one_line(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(_LONGEST_TITLE)
