"""HTML of a page, assembled from stored parts and points."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Protocol

from digests.vocabulary import PointKind, ReferenceKind

# A part of a body: HTML with holes, or a half-open range of point positions.
StoredPart = str | list[int]


class StoredPoint(Protocol):
    """A point as it is stored. ``html`` has holes."""

    @property
    def label(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def ordinal(self) -> int: ...
    @property
    def html(self) -> str: ...


@dataclass(frozen=True)
class Permalinks:
    """Links of points to themselves.

    ``name`` begins the accessible name of each. ``prefix`` is prepended to the ids on this page.
    ``page`` is the address of the page that has the ids without a prefix, if that is another one.
    """

    name: str
    prefix: str = ""
    page: str = ""

    @cached_property
    def escaped(self) -> tuple[str, str]:
        """Name and page, as HTML."""
        return escape(self.name), escape(self.page)


def body_html(
    parts: Iterable[StoredPart],
    points: Sequence[StoredPoint],
    permalinks: Permalinks | None = None,
) -> str:
    """Assemble a whole text as HTML with holes. ``points``: all of its points, in their order."""
    labels: Counter[str] = Counter()
    return "".join(
        part if isinstance(part, str) else _list(points[slice(*part)], permalinks, labels)
        for part in parts
    )


def label_html(label: str) -> str:
    """HTML of the label in front of an entry of a reference list."""
    kind = ReferenceKind.from_label(label)
    return f'<span class="label" data-kind="{kind.value}">{escape(label)}</span> ' if label else ""


def _list(
    points: Iterable[StoredPoint], permalinks: Permalinks | None, labels: Counter[str]
) -> str:
    return f'<dl class="points">{"".join(_point(p, permalinks, labels) for p in points)}</dl>'


def _point(point: StoredPoint, permalinks: Permalinks | None, labels: Counter[str]) -> str:
    kind, label = PointKind(point.kind), escape(point.label)
    point_id = link = ""
    if permalinks:
        labels[label] += 1
        anchor = kind.anchor(point.ordinal)
        name, page = permalinks.escaped
        words = f"{name} {label}" + f" {labels[label]}" * (labels[label] > 1)
        point_id = f' id="{permalinks.prefix}{anchor}"'
        link = f'<a class="point__link" href="{page}#{anchor}" aria-label="{words}"></a>'
    return (
        f'<div class="point"{point_id} data-kind="{kind.value}">'
        f'<dt class="label">{label}{link}</dt><dd>{point.html}</dd></div>'
    )
