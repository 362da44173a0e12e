"""Stored HTML → the words that readers see in it: plain text, in which a line end parts blocks.

It reads what `rendering` wrote and nothing else: nh3 quotes every attribute and leaves no comment.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from digests.vocabulary import PointKind

_TAG = re.compile(r"<(?:[^<>\"]|\"[^\"]*\")*>")
_WITHIN_A_LINE = re.compile(
    r"</?(?:a|abbr|b|cite|code|del|em|i|img|ins|kbd|mark|q|s|small|span|strong|sub|sup|u)"
    r"(?: (?:[^<>\"]|\"[^\"]*\")*)?>"
)
_POINT = re.compile(
    r'<div class="point" data-kind="(?P<kind>\w+)"><dt class="label">(?P<label>[^<]*)</dt>'
    r'<dd>(?P<html>.*?)</dd></div>(?=<div class="point"|</dl>)',
    re.DOTALL,
)
_POINT_OPENS = '<div class="point" data-kind="'
_DIV = re.compile(r"</?div[ >]")
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
    points = [
        VisiblePoint(found["kind"], unescape(found["label"]), visible_text(found["html"]))
        for found in _POINT.finditer(html)
    ]
    return VisibleBody(points, visible_text(_POINT.sub("<p>", html)))


@dataclass(frozen=True)
class PointHtml:
    """``anchor`` is the id of the point on the page of its topic."""

    kind: str
    anchor: str
    html: str


def points_in(html: str) -> list[PointHtml]:
    """Of `Topic.html`: the HTML of each point, balanced whatever raw HTML it holds."""
    points: list[PointHtml] = []
    seen: Counter[str] = Counter()
    kind, start, depth = "", 0, 0
    for tag in _TAG.finditer(html):
        markup = tag.group()
        if not depth and markup.startswith(_POINT_OPENS):
            kind, start, depth = markup.removeprefix(_POINT_OPENS).partition('"')[0], 0, 1
        elif depth and not start and markup == "<dd>":
            start = tag.end()
        elif depth and _DIV.match(markup):
            depth += -1 if markup.startswith("</") else 1
            if not depth:
                seen[kind] += 1
                inner = html[start : tag.start()].removesuffix("</dd>")
                points.append(PointHtml(kind, _anchor(kind, seen[kind]), inner))
    return points


def _anchor(kind: str, ordinal: int) -> str:
    name = "point" if kind == PointKind.OTHER else kind
    return name if ordinal == 1 else f"{name}-{ordinal}"


def visible_text(html: str) -> str:
    lines = _TAG.sub("\n", _WITHIN_A_LINE.sub("", html.replace("\n", " ")))
    return _LINE_ENDS.sub("\n", _BLANKS.sub(" ", unescape(lines))).strip()
