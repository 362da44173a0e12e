"""Stored HTML → the words that readers see in it: plain text, in which a line end parts blocks.

It reads what `rendering` wrote and nothing else: nh3 quotes every attribute and leaves no comment.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from digests.vocabulary import PointKind

_TAG = re.compile(r"<(?:[^<>\"]|\"[^\"]*\")*>")
_WITHIN_A_LINE = re.compile(
    r"</?(?:a|abbr|b|cite|code|del|em|i|img|input|ins|kbd|label|mark|q|s|small|span|strong|sub|sup|u)"
    r"(?: (?:[^<>\"]|\"[^\"]*\")*)?>"
)
_POINT_OPENS = re.compile(
    r'<div class="point" data-kind="(?P<kind>\w+)"><dt class="label">(?P<label>[^<]*)</dt><dd>'
)
_DIV = re.compile(r"</?div[ >]")
_FORMULA = re.compile(r'<math (?:[^<>"]|"[^"]*")*>.*?</math>', re.DOTALL)
_SOURCE = re.compile(r' alttext="([^"]*)"')
_WAY_BACK = re.compile(r'<a href="#fnref-\d+" role="doc-backlink">[^<]*</a>')
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class VisiblePoint:
    kind: str
    label: str
    text: str


@dataclass(frozen=True)
class VisibleBody:
    """``text`` is what stands outside the points."""

    points: Sequence[VisiblePoint]
    text: str


def visible_body(html: str) -> VisibleBody:
    """Of `Topic.html`: the points, and the rest."""
    points, rest, at = [], [], 0
    for opening, inner, end in _points(html):
        points.append(
            VisiblePoint(opening["kind"], unescape(opening["label"]), visible_text(inner))
        )
        rest.append(html[at : opening.start()])
        at = end
    return VisibleBody(points, visible_text("<p>".join([*rest, html[at:]])))


@dataclass(frozen=True)
class PointHtml:
    """``anchor`` is the id of the point on the page of its topic."""

    kind: str
    anchor: str
    html: str


def points_in(html: str) -> list[PointHtml]:
    """Of `Topic.html`: the HTML of each point."""
    seen: Counter[str] = Counter()
    points = []
    for opening, inner, _ in _points(html):
        kind = opening["kind"]
        seen[kind] += 1
        points.append(PointHtml(kind, PointKind(kind).anchor(seen[kind]), inner))
    return points


def _points(html: str) -> Iterator[tuple[re.Match[str], str, int]]:
    """The opening of each point, its HTML, balanced whatever raw HTML it holds, and its end."""
    end = 0
    while opening := _POINT_OPENS.search(html, end):
        depth = 1
        for tag in _TAG.finditer(html, opening.end()):
            if _DIV.match(tag.group()):
                depth += -1 if tag.group().startswith("</") else 1
            if not depth:
                break
        else:  # cut off
            return
        end = tag.end()
        yield opening, html[opening.end() : tag.start()].removesuffix("</dd>"), end


def visible_text(html: str) -> str:
    """A formula is its source, as written but for line ends."""
    if "<math" in html:
        html = _FORMULA.sub(_formula, html)
    html = _WAY_BACK.sub("", html)
    lines = _TAG.sub("\n", _WITHIN_A_LINE.sub("", html.replace("\n", " ")))
    return _LINE_ENDS.sub("\n", _BLANKS.sub(" ", unescape(lines))).strip()


def _formula(math: re.Match[str]) -> str:
    source = _SOURCE.search(math.group())
    dollars = "$$" if ' display="block"' in math.group() else "$"
    return f"{dollars}{source[1]}{dollars}" if source else ""
