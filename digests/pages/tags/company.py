"""What goes with a tag, or with several at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    DateTimeField,
    F,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast
from django.utils import timezone

from digests.models import Citation, Digest, Point, Reference, Tag, TaggedTopic
from digests.pages.parts.months import Month, every_month
from digests.pages.parts.rows import LATEST
from digests.pages.tags.tagged import TAGS_AT_MOST, Subject, taggings_with
from digests.vocabulary import PointKind, TopicStatus

TOGETHER = 20
CITED = 10
_DIGEST = "content_object__digest"
_SHOWN = {"content_object__status": TopicStatus.LIVE}


@dataclass(frozen=True)
class Together:
    """A tag that topics have as well, and the page of both if there is one."""

    tag: Tag
    count: int
    subject: Subject | None


@dataclass(frozen=True)
class Company:
    """``digests`` are those of a page; the rest but for the months is counted among the latest
    topics, if there are more than ``LATEST``."""

    digests: list[Digest]
    months: list[Month]
    labels: list[tuple[PointKind, int]]
    together: list[Together]
    references: list[tuple[Reference, int]]


class _Fact(NamedTuple):
    """A row of the one query that asks for all of this."""

    what: str
    row: int
    total: int
    at: datetime
    text_1: str
    text_2: str
    text_3: str
    text_4: str
    text_5: str


_MISSING = {
    "row": Value(0, BigIntegerField()),
    "total": Value(0, BigIntegerField()),
    # Of the type of the column, or PostgreSQL could not unite them.
    "at": Cast(Value(None), DateTimeField()),
    **{name: Value("", TextField()) for name in _Fact._fields if name.startswith("text")},
}


def company_of(subject: Subject, digests: QuerySet[Digest]) -> Company:
    """One query, whatever the number of tags and topics. ``digests`` are the page of those with
    these tags."""
    facts: dict[str, list[_Fact]] = {}
    for fact in _facts(subject.tags, digests):
        facts.setdefault(fact.what, []).append(fact)
    for what in ("tag", "reference"):
        facts.get(what, []).sort(key=lambda fact: (-fact.total, fact.row))
    dated = [_digest(fact) for fact in facts.get("digest", ())]
    return Company(
        digests=sorted(dated, key=lambda digest: (digest.published_at, digest.pk), reverse=True),
        months=every_month(_by_month(facts.get("month", ()))),
        labels=_labels(facts.get("label", ())),
        together=[_together(subject, fact) for fact in facts.get("tag", ())],
        references=[(_reference(fact), fact.total) for fact in facts.get("reference", ())],
    )


def _facts(tags: Sequence[Tag], digests: QuerySet[Digest]) -> list[_Fact]:
    taggings = taggings_with(tags)
    latest = taggings.order_by("-content_object").values("content_object")[:LATEST]
    on_latest = TaggedTopic.objects.filter(**_SHOWN, content_object__in=latest)
    cited = Citation.objects.filter(topic__in=latest, topic__status=TopicStatus.LIVE)
    points = Point.objects.live().filter(topic__in=latest)
    topics, names = Count("topic", distinct=True), ("key", "kind", "editor_title", "cited_title")
    parts = [
        _rows("month", taggings.filter(**_SHOWN), Count("pk"), at=F(f"{_DIGEST}__published_at")),
        _rows("label", points, Count("pk"), texts=[F("kind")]),
        _rows(
            "digest",
            Digest.objects.filter(pk__in=digests.values("pk")),
            row=F("pk"),
            at=F("published_at"),
            texts=[F("slug"), F("title")],
        ),
        _rows(
            "tag",
            _most(TOGETHER, on_latest.exclude(tag__in=tags), "tag", Count("pk")),
            Count("pk"),
            row=F("tag"),
            texts=[F("tag__slug"), F("tag__name")],
        ),
        _rows(
            "reference",
            _most(CITED, cited, "reference", topics),
            topics,
            row=F("reference"),
            texts=[F(f"reference__{name}") for name in (*names, "url")],
        ),
    ]
    return [_Fact(*row) for row in parts[0].union(*parts[1:], all=True)]


def _rows(
    what: str,
    rows: QuerySet[Any],
    total: Count | None = None,
    *,
    texts: Sequence[F] = (),
    **columns: F,
) -> QuerySet[Any, Any]:
    """Rows with the columns of a `_Fact`, of which those are `_MISSING` that are not given; one
    row for each of what is given, if there is a ``total`` of those."""
    given = columns | {f"text_{place}": text for place, text in enumerate(texts, 1)}
    rows = rows.order_by().values(**given)
    if total:
        rows = rows.annotate(total=total)
        given["total"] = F("total")
    missing = {name: value for name, value in _MISSING.items() if name not in given}
    rows = rows.annotate(what=Value(what, CharField()), **missing)
    return rows.values_list(*_Fact._fields)


def _most(count: int, rows: QuerySet[Any], of: str, total: Count) -> QuerySet[Any]:
    """The rows of those that have the highest totals. A part of a union can have no LIMIT of its
    own on SQLite, but one within."""
    counted = rows.order_by().values(of).annotate(total=total).order_by("-total", of)
    return rows.filter(**{f"{of}__in": counted.values(of)[:count]})


def _digest(fact: _Fact) -> Digest:
    return Digest(pk=fact.row, slug=fact.text_1, title=fact.text_2, published_at=fact.at)


def _by_month(facts: Sequence[_Fact]) -> Counter[date]:
    counts: Counter[date] = Counter()
    zone = timezone.get_current_timezone()  # asked once: there may be thousands of digests
    for fact in facts:
        at = fact.at.astimezone(zone)
        counts[date(at.year, at.month, 1)] += fact.total
    return counts


def _labels(facts: Sequence[_Fact]) -> list[tuple[PointKind, int]]:
    """In the order of the kinds."""
    counts = {fact.text_1: fact.total for fact in facts}
    return [(kind, counts[kind.value]) for kind in PointKind if kind.value in counts]


def _together(subject: Subject, fact: _Fact) -> Together:
    tag = Tag(pk=fact.row, slug=fact.text_1, name=fact.text_2)
    has_page = len(subject.tags) < TAGS_AT_MOST
    both = Subject([*subject.tags, tag]) if has_page else None
    return Together(tag, fact.total, both)


def _reference(fact: _Fact) -> Reference:
    return Reference(
        pk=fact.row,
        key=fact.text_1,
        kind=fact.text_2,
        editor_title=fact.text_3,
        cited_title=fact.text_4,
        url=fact.text_5,
    )
