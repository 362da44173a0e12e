"""What cites a reference and how; and which references a list holds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import (
    Count,
    DateField,
    F,
    Max,
    Min,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.safestring import SafeString

from digests import identity
from digests.bibliography import Publication
from digests.models import Citation, Digest, Reference, Topic
from digests.pages.archive.queries import Period
from digests.pages.parts.months import Month, every_month
from digests.pages.parts.rows import listed_topics, texts_of_digest
from digests.rendering import stored
from digests.rendering.sentences import Sentence, sentences_linking
from digests.vocabulary import ReferenceKind

_HOSTS_OFFERED = 12
_YEARS_OFFERED = 20
_SENTENCES_OF_A_TEXT = 3
_MOST_TOGETHER = 8
_TOPICS_COMPARED = 200
_CHUNK = 500


@dataclass(frozen=True)
class Citing:
    """A text that cites a reference: in sentences, and in entries of its lists as written."""

    row: Topic | Digest
    sentences: list[Sentence]
    entries: list[SafeString]


@dataclass(frozen=True)
class Written:
    """What citations wrote for a reference, and how many of them."""

    text: str
    count: int


@dataclass(frozen=True)
class Usage:
    """``months`` count topics; the other two are in the order of their counts."""

    months: list[Month]
    urls: list[Written]
    titles: list[Written]


def topics_citing(reference: Reference) -> QuerySet[Topic]:
    cites = reference.citations.filter(topic__isnull=False)
    return listed_topics().filter(pk__in=cites.values("topic"))


def digests_citing(reference: Reference) -> QuerySet[Digest]:
    """Those that cite it before their first topic."""
    cites = reference.citations.filter(digest__isnull=False)
    digests = Digest.objects.filter(pk__in=cites.values("digest"))
    return digests.newest_first().defer(*texts_of_digest())


def how_cited(
    reference: Reference, topics: Iterable[Topic], digests: Iterable[Digest]
) -> tuple[list[Citing], list[Citing]]:
    """How these topics and these digests cite it, the newest first.

    One query for all, of which the two are parts if they are querysets.
    """
    citations = (
        reference.citations.filter(Q(topic__in=topics) | Q(digest__in=digests))
        .with_entry()
        .select_related("topic__digest", "digest")
        .defer(
            *("topic__heading", "topic__body", "html"),
            *("topic__digest__front_matter", "topic__digest__preamble"),
            *("topic__digest__preamble_html", "digest__front_matter", "digest__preamble"),
        )
        .order_by(
            *("-topic__digest__published_at", "-topic__digest_id", "topic__position"),
            *("-digest__published_at", "-digest_id", "position"),
        )
    )
    by_row: dict[Topic | Digest, list[Citation]] = {}
    for citation in citations:
        row = citation.topic or citation.digest
        if row is not None:  # a constraint of the table
            by_row.setdefault(row, []).append(citation)
    citing = [_citing(row, cites) for row, cites in by_row.items()]
    return (
        [each for each in citing if isinstance(each.row, Topic)],
        [each for each in citing if isinstance(each.row, Digest)],
    )


def _citing(row: Topic | Digest, citations: Iterable[Citation]) -> Citing:
    html = row.html if isinstance(row, Topic) else row.preamble_html
    inline: dict[str, Citation] = {}
    entries: dict[str, SafeString] = {}
    for citation in citations:
        if citation.item is None:
            inline.setdefault(citation.url, citation)
        elif citation.entry:
            entries[citation.entry] = stored(citation.entry)
    found: dict[str, Sentence] = {}
    for sentence in chain.from_iterable(sentences_linking(html, url) for url in inline):
        found.setdefault(str(sentence), sentence)
        if len(found) == _SENTENCES_OF_A_TEXT:
            break
    sentences = list(found.values())
    if not (sentences or entries):  # linked in the title, say
        sentences = [Sentence("", str(citation), "") for citation in inline.values()][:1]
    return Citing(row, sentences, list(entries.values()))


def usage(reference: Reference) -> Usage:
    """When and how it was cited. One query: a count for each month, each URL, each title."""
    shown = reference.citations.shown().order_by()
    month = TruncMonth("topic__digest__published_at", output_field=DateField())
    no_month = Value(None, DateField())

    def written(column: str) -> QuerySet[Citation, Any]:
        counted: QuerySet[Citation, Any] = shown.exclude(**{column: ""}).values(column)
        named = counted.annotate(
            count=Count("pk"), what=Value(column), text=F(column), month=no_month
        )
        return named.values_list("what", "text", "month", "count")

    in_topics = shown.filter(topic__isnull=False).annotate(month=month).values("month")
    months = in_topics.annotate(
        count=Count("topic", distinct=True),
        what=Value("month"),
        text=Value("", TextField()),
    ).values_list("what", "text", "month", "count")
    rows = list(months.union(written("url"), written("title"), all=True))

    def most_first(what: str) -> list[Written]:
        found = [Written(text, count) for of, text, _, count in rows if of == what]
        return sorted(found, key=lambda each: (-each.count, each.text))

    return Usage(
        every_month({month: count for what, _, month, count in rows if what == "month"}),
        most_first("url"),
        [each for each in most_first("title") if identity.is_title(each.text)],
    )


def cited_together_with(reference: Reference) -> QuerySet[Reference]:
    """What the newest topics that cite it cite most often besides, each with their number as
    ``shared``."""
    topics = topics_citing(reference).values("pk")[:_TOPICS_COMPARED]
    others = Reference.objects.filter(citations__topic__in=topics).exclude(pk=reference.pk)
    shared = others.annotate(shared=Count("citations__topic", distinct=True))
    return shared.order_by("-shared", "-topic_count", "pk")[:_MOST_TOGETHER]


def listed_references(
    *, kind: str = "", host: str = "", year: int | None = None
) -> QuerySet[Reference]:
    """The most cited first, whatever the year."""
    found = Reference.objects.all() if year else Reference.objects.cited()
    if kind:
        found = found.filter(kind=kind)
    if host:
        found = found.filter(host=host)
    if year:
        found = found.cited_by(Digest.objects.filter(Period.of_year(year).within))
    return found.most_cited_first()


def hosts_of(references: QuerySet[Reference]) -> list[tuple[str, int]]:
    """The sites that most of them are on, with how many of them."""
    hosts = references.exclude(host="").order_by().values_list("host")
    return list(hosts.annotate(n=Count("pk")).order_by("-n", "host")[:_HOSTS_OFFERED])


def years_of_digests() -> list[int]:
    """From the newest digest to the oldest, at most so many; the index gives both ends."""
    ends = Digest.objects.aggregate(Min("published_at"), Max("published_at"))
    oldest, newest = ends["published_at__min"], ends["published_at__max"]
    if newest is None:
        return []
    last, first = (timezone.localtime(end).year for end in (newest, oldest))
    return list(range(last, first - 1, -1))[:_YEARS_OFFERED]


def publications(references: QuerySet[Reference]) -> Iterator[Publication]:
    """Stream the references as entries for a citation manager, `_CHUNK` rows at a time."""
    columns = references.only("key", "kind", "editor_title", "cited_title", "url")
    for row in columns.iterator(chunk_size=_CHUNK):
        title = row.title if row.is_titled or not row.url else ""
        yield Publication(row.key, ReferenceKind(row.kind), title, row.url)
