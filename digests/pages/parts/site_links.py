"""Links that the site shows to pages and feeds: in the footer, and in the list of feeds.

A page or a feed adds its own where it is written, so a new one changes no template but its own.
"""

from collections.abc import Iterator

from django.utils.functional import Promise


class SiteLinks:
    """Pairs of a name and a view, in the order of their ranks."""

    def __init__(self) -> None:
        self._ranked: list[tuple[int, Promise, str]] = []

    def add(self, rank: int, name: Promise, view: str) -> None:
        self._ranked.append((rank, name, view))
        self._ranked.sort(key=lambda link: link[0])

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((str(name), view) for _, name, view in self._ranked)


FOOTER, FEEDS = SiteLinks(), SiteLinks()
