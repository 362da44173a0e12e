"""A feed as a feed reader sees it."""

from typing import Any

import feedparser
from django.test import Client


def read(client: Client, address: str, *, host: str = "testserver") -> Any:
    """Parse a feed with feedparser, and assert that it reports no error."""
    response = client.get(address, headers={"host": host})
    assert response.status_code == 200, response.content[:200]
    feed = feedparser.parse(
        response.content,
        response_headers={"content-type": response.headers["Content-Type"]},
        resolve_relative_uris=False,  # no repairs, which would hide a mistake
        sanitize_html=False,
    )
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def titles(feed: Any) -> list[str]:
    return [entry.title for entry in feed.entries]


def html(entry: Any) -> str:
    (content,) = entry.content
    assert content.type == "text/html"
    return str(content.value)
