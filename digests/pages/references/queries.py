"""Queries for lists of references, and for the texts that cite a reference."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import cast

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from digests.bibliography import Publication
from digests.grouping import grouped_by
from digests.models import (
    Citation,
    CitationQuerySet,
    Digest,
    DigestQuerySet,
    Reader,
    Reference,
    ReferenceQuerySet,
    Topic,
    TopicQuerySet,
)
from digests.pages.parts.months import Month, counts_by_month, every_month
from digests.pages.parts.rows import listed_topics
from digests.rendering import MOST_SENTENCES, Sentence
from digests.vocabulary import ReferenceKind

_HOSTS_OFFERED = 12
_YEARS_OFFERED = 20
_MOST_TOGETHER = 8
_TOPICS_COMPARED = 200
_CHUNK = 500


@dataclass(frozen=True)
class Citing:
    """A text that cites a reference, with the sentences that link to it and its entries in
    reference lists."""

    row: Topic | Digest
    sentences: list[Sentence]
    entries: list[SafeString]


def citations_of_reference(user: Reader, reference: Reference) -> CitationQuerySet:
    return Citation.objects.visible_to(user).filter(reference=reference)


def topics_citing(user: Reader, reference: Reference) -> TopicQuerySet:
    cites = citations_of_reference(user, reference).filter(topic__isnull=False)
    return listed_topics(user).filter(pk__in=cites.values("topic"))


def digests_citing(user: Reader, reference: Reference) -> DigestQuerySet:
    """Digests that cite the reference before their first topic."""
    cites = citations_of_reference(user, reference).filter(digest__isnull=False)
    digests = Digest.objects.visible_to(user).filter(pk__in=cites.values("digest"))
    return digests.newest_first().without_texts()


def how_cited(
    user: Reader, reference: Reference, topics: Iterable[Topic], digests: Iterable[Digest]
) -> tuple[list[Citing], list[Citing]]:
    """Sentences and entries with which these topics and these digests cite a reference, the newest
    first.

    One query. Querysets are not evaluated but become subqueries of it.
    """
    citations = (
        citations_of_reference(user, reference)
        .filter(Q(topic__in=topics) | Q(digest__in=digests))
        .with_entry()
        .select_related("topic__digest", "digest")
        .defer(
            "html",
            *(f"topic__{name}" for name in Topic.LONG_TEXTS),
            *(f"topic__digest__{name}" for name in Digest.LONG_TEXTS),
            *(f"digest__{name}" for name in Digest.LONG_TEXTS),
        )
        .order_by(
            *("-topic__digest__published_at", "-topic__digest_id", "topic__position"),
            *("-digest__published_at", "-digest_id", "position"),
        )
    )
    # A citation has one of the two, by a constraint of the table.
    by_row = grouped_by(citations, lambda each: cast("Topic | Digest", each.topic or each.digest))
    citing = [_citing(row, cites) for row, cites in by_row.items()]
    return (
        [each for each in citing if isinstance(each.row, Topic)],
        [each for each in citing if isinstance(each.row, Digest)],
    )


def _citing(row: Topic | Digest, citations: Iterable[Citation]) -> Citing:
    inline: dict[str, Citation] = {}
    entries: dict[str, SafeString] = {}
    for citation in citations:
        if citation.item is None:
            inline.setdefault(citation.url, citation)
        elif citation.entry:
            entries[citation.entry] = citation.rendered_entry
    found: dict[str, Sentence] = {}
    for pieces in chain.from_iterable(citation.sentences for citation in inline.values()):
        sentence = Sentence(*pieces)
        found.setdefault(str(sentence), sentence)
    sentences = list(found.values())[:MOST_SENTENCES]
    if not (sentences or entries):  # the link may be in the title, for example
        sentences = [Sentence("", str(citation), "") for citation in inline.values()][:1]
    return Citing(row, sentences, list(entries.values()))


def topics_by_month(citations: CitationQuerySet) -> list[Month]:
    topics = citations.filter(topic__isnull=False).order_by()
    moments = topics.values_list("topic__digest__published_at")
    return every_month(counts_by_month(moments.annotate(n=Count("topic", distinct=True))))


def texts_written(citations: CitationQuerySet, column: str) -> list[tuple[str, int]]:
    """The URLs or titles (``column``) of these citations, each with their number, the most frequent
    first."""
    texts = citations.exclude(**{column: ""}).order_by().values_list(column)
    # Sorted here, because each database has an order of its own for texts.
    return sorted(texts.annotate(n=Count("pk")), key=lambda row: (-row[1], row[0]))


def cited_together_with(user: Reader, reference: Reference) -> QuerySet[Reference]:
    """References that the newest topics citing this one cite most often besides, each with the
    number of these topics as ``shared``."""
    topics = topics_citing(user, reference).values("pk")[:_TOPICS_COMPARED]
    cited = Reference.objects.visible_to(user).filter(citations__topic__in=topics)
    others = cited.exclude(pk=reference.pk)
    shared = others.annotate(shared=Count("citations__topic", distinct=True))
    return shared.order_by("-shared", "-topic_count", "pk")[:_MOST_TOGETHER]


def listed_references(
    user: Reader, *, kind: str = "", host: str = "", year: int | None = None
) -> ReferenceQuerySet:
    """Cited references that fit all given filters, ordered by their number of citations in all
    years."""
    visible = Reference.objects.visible_to(user)
    found = visible if year else visible.cited()
    if kind:
        found = found.filter(kind=kind)
    if host:
        found = found.filter(host=host)
    if year:
        found = found.cited_by(Digest.objects.visible_to(user).filter(published_at__year=year))
    return found.most_cited_first()


def hosts_of(references: QuerySet[Reference]) -> list[tuple[str, int]]:
    """The most frequent hosts of these references, each with their number."""
    hosts = references.exclude(host="").order_by().values_list("host")
    return list(hosts.annotate(n=Count("pk")).order_by("-n", "host")[:_HOSTS_OFFERED])


def years_of_digests(user: Reader) -> list[int]:
    """At most 20 years, from that of the newest digest back to that of the oldest. Both are read
    from an index."""
    digests = Digest.objects.visible_to(user)
    oldest, newest = digests.aggregate(a=Min("published_at"), b=Max("published_at")).values()
    if newest is None:
        return []
    last, first = (timezone.localtime(end).year for end in (newest, oldest))
    return list(range(last, first - 1, -1))[:_YEARS_OFFERED]


def publications(references: QuerySet[Reference]) -> Iterator[Publication]:
    """Bibliographic data of each reference, read in chunks."""
    columns = references.only("key", "kind", "editor_title", "cited_title", "url")
    for row in columns.iterator(chunk_size=_CHUNK):
        title = row.title if row.is_titled or not row.url else ""
        yield Publication(row.key, ReferenceKind(row.kind), title, row.url)
