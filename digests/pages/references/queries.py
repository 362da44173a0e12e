"""Queries for lists of references, and for the texts that cite a reference."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.shortcuts import get_object_or_404
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
    Vote,
)
from digests.models.kept import kept_query
from digests.models.references import labelled_entry
from digests.models.statements import PlannedSlot, Slot
from digests.pages.parts.listed import ListedDigest, ListedTopic
from digests.pages.parts.newest import NewestTopics
from digests.pages.parts.rows import references_by_id
from digests.rendering import MOST_SENTENCES, Sentence
from digests.vocabulary import ReferenceKind, VotedField

# Number of references after which a list ends.
MOST_LISTED = 1_000
_HOSTS_OFFERED = 12
_YEARS_OFFERED = 20
_MOST_TOGETHER = 8
# References of equal counts among which those that are shown are chosen.
_LIKELY = 50
# Titles and addresses in the texts that a page lists.
_SPELLINGS = 100
_CHUNK = 500


@dataclass(frozen=True)
class Citing:
    """A text that cites a reference, with the sentences that link to it and its entries in
    reference lists."""

    row: ListedTopic | ListedDigest
    sentences: list[Sentence]
    entries: list[SafeString]


class _Citation(NamedTuple):
    """A citation with what tells how it cites, and the id of the topic or the digest that does."""

    text_id: int
    item: int | None
    url: str
    title: str
    label: str
    text: str
    html: str
    sentences: list[list[str]]


_COLUMNS = _Citation._fields[1:]


def reference_at(user: Reader, pk: int) -> Reference:
    """The reference of this address, or the one that it was joined into. Raises Http404."""
    references = Reference.objects.visible_to(user)
    found = get_object_or_404(references, pk=pk)
    return get_object_or_404(references, pk=found.joined_into_id) if found.joined_into_id else found


def citations_of_reference(user: Reader, reference: Reference | Slot) -> CitationQuerySet:
    return Citation.objects.visible_to(user).filter(reference=reference)


def citations_in_topics(user: Reader, reference: Reference | Slot) -> CitationQuerySet:
    return citations_of_reference(user, reference).filter(topic__isnull=False)


newest_citing = NewestTopics(citations_in_topics, "topic")


def topics_citing(user: Reader, reference: Reference) -> TopicQuerySet:
    cites = citations_in_topics(user, reference)
    return Topic.objects.visible_to(user).newest_first().filter(pk__in=cites.values("topic"))


def digests_citing(user: Reader, reference: Reference | Slot) -> DigestQuerySet:
    """Digests that cite the reference before their first topic."""
    # An index has the topics; a citation without one is in a digest, by a constraint of the table.
    cites = citations_of_reference(user, reference).filter(topic__isnull=True)
    digests = Digest.objects.visible_to(user).filter(pk__in=cites.values("digest"))
    return digests.newest_first()


def how_cited(
    user: Reader,
    reference: Reference,
    topics: Sequence[ListedTopic],
    digests: Sequence[ListedDigest],
) -> tuple[list[Citing], list[Citing]]:
    """Sentences and entries with which these topics and these digests cite a reference, in the
    order of the rows. A query for the topics and one for the digests, each if there are any, and
    one more where an entry cites several references."""
    # One query for both would read all citations of the reference.
    return (
        _citing_rows(
            topics, partial(_of_topics, user, reference.pk), partial(_entries_of_topics, user)
        ),
        _citing_rows(
            digests, partial(_of_digests, user, reference.pk), partial(_entries_of_digests, user)
        ),
    )


@kept_query
def _of_topics(user: Reader, reference: Slot, topics: Slot) -> QuerySet[Any, Any]:
    cites = citations_of_reference(user, PlannedSlot(reference.number))
    cites = cites.filter(topic__one_of=topics)
    return cites.order_by("position").values_list("topic", *_COLUMNS)


@kept_query
def _of_digests(user: Reader, reference: Slot, digests: Slot) -> QuerySet[Any, Any]:
    cites = citations_of_reference(user, reference).filter(topic=None, digest__one_of=digests)
    return cites.order_by("position").values_list("digest", *_COLUMNS)


@kept_query
def _entries_of_topics(user: Reader, topics: Slot) -> QuerySet[Any, Any]:
    first = Citation.objects.visible_to(user).filter(topic__one_of=topics).exclude(text="")
    return first.order_by().values_list("topic", "item", "html")


@kept_query
def _entries_of_digests(user: Reader, digests: Slot) -> QuerySet[Any, Any]:
    cites = Citation.objects.visible_to(user).filter(topic=None, digest__one_of=digests)
    return cites.exclude(text="").order_by().values_list("digest", "item", "html")


def _citing_rows(
    rows: Sequence[ListedTopic | ListedDigest],
    citations_of: Callable[[list[int]], list[tuple[Any, ...]]],
    entries_of: Callable[[list[int]], list[tuple[Any, ...]]],
) -> list[Citing]:
    """The sentences in which ``rows`` of one table cite a reference. The functions read the
    citations of the reference, and all entries, of the texts with these ids."""
    texts = [row.pk for row in rows]
    citations = [_Citation(*columns) for columns in citations_of(texts)]
    entries = {(each.text_id, each.item): each.html for each in citations if each.text}
    # The entry is read where only another citation of the item has it.
    if any(
        each.item is not None and (each.text_id, each.item) not in entries for each in citations
    ):
        entries = {(text, item): html for text, item, html in entries_of(texts)}
    by_text = grouped_by(citations, lambda each: each.text_id)
    return [_citing(row, by_text[row.pk], entries) for row in rows]


def _citing(
    row: ListedTopic | ListedDigest,
    citations: Iterable[_Citation],
    entries: Mapping[tuple[int, int | None], str],
) -> Citing:
    inline: dict[str, _Citation] = {}
    shown: dict[str, SafeString] = {}
    for citation in citations:
        if citation.item is None:
            inline.setdefault(citation.url, citation)
        elif entry := entries.get((citation.text_id, citation.item)):
            shown[entry] = labelled_entry(citation.label, entry)
    found: dict[str, Sentence] = {}
    for pieces in chain.from_iterable(citation.sentences for citation in inline.values()):
        sentence = Sentence(*pieces)
        found.setdefault(str(sentence), sentence)
    sentences = list(found.values())[:MOST_SENTENCES]
    if not (sentences or shown):  # the link may be in the title, for example
        titles = [citation.title or citation.url for citation in inline.values()]
        sentences = [Sentence("", title, "") for title in titles[:1]]
    return Citing(row, sentences, list(shown.values()))


def spellings(user: Reader, reference: Reference, field: VotedField) -> list[tuple[str, int]]:
    """The most frequent titles or addresses that texts give the reference, each with the number of
    its citations, at most 100."""
    # Sorted here, because each database has an order of its own for texts.
    return sorted(_spellings(user, reference.pk, field), key=lambda row: (-row[1], row[0]))


@kept_query
def _spellings(user: Reader, reference: Slot, field: Slot) -> QuerySet[Any, Any]:
    votes = Vote.objects.visible_to(user).filter(reference=reference, field=field)
    frequent = votes.order_by("-count", "first_topic", "first_position")
    return frequent.values_list("value", "count")[:_SPELLINGS]


def cited_together_with(
    user: Reader, reference: Reference, topics: Sequence[int]
) -> list[tuple[Reference, int]]:
    """References that these topics, given by their ids, cite most often besides, each with the
    number of these topics. Two queries."""
    counts = dict(_cited_besides(user, reference.pk, list(topics)))
    # Ordered here, as a join would read the reference of every citation.
    found = references_by_id(user, counts).values()
    most = sorted(found, key=lambda row: (-counts[row.pk], -row.topic_count, row.pk))
    return [(row, counts[row.pk]) for row in most[:_MOST_TOGETHER]]


@kept_query
def _cited_besides(user: Reader, reference: Slot, topics: Slot) -> QuerySet[Any, Any]:
    citations = Citation.objects.visible_to(user).filter(topic__one_of=topics).order_by()
    others = citations.exclude(reference=reference).values_list("reference")
    counted: QuerySet[Any, Any] = others.annotate(n=Count("topic", distinct=True))
    return counted.order_by("-n", "reference_id")[:_LIKELY]


def listed_references(
    user: Reader, *, kind: str = "", host: str = "", year: int | None = None
) -> ReferenceQuerySet:
    """Cited references that fit all given filters, ordered by their number of citations in all
    years. One query, if there is a year: it finds the topics of that year."""
    found = Reference.objects.visible_to(user)
    if kind:
        found = found.filter(kind=kind)
    if host:
        found = found.filter(host=host)
    found = found.filter(_cited_in(user, year)) if year else found.cited()
    return found.most_cited_first()


def _cited_in(user: Reader, year: int) -> Q:
    """A condition of references that live topics or preambles of this year cite."""
    digests = Digest.objects.visible_to(user).filter(published_at__year=year)
    topics = Topic.objects.visible_to(user).filter(digest__in=digests)
    # With the range of their ids an index finds the citations of a reference in one year.
    ids = topics.aggregate(first=Min("pk"), last=Max("pk"))
    cites = Citation.objects.visible_to(user).filter(reference=OuterRef("pk"))
    in_topics = cites.filter(topic__gte=ids["first"] or 0, topic__lte=ids["last"] or 0)
    return _has_one(in_topics.filter(topic__digest__in=digests)) | _has_one(
        cites.filter(topic=None, digest__in=digests)
    )


def _has_one(rows: QuerySet[Any]) -> Q:
    """A condition like ``Exists``. For one that is part of an OR PostgreSQL finds the rows of all
    references, even if the list ends after a thousand."""
    return Q(IsNull(Subquery(rows.order_by().values("pk")[:1]), False))


def first_listed(references: ReferenceQuerySet) -> tuple[list[int], list[tuple[str, int]]]:
    """The ids of the first references of a list, one more than `MOST_LISTED` if there are more,
    and their most frequent hosts, each with their number. One query."""
    rows = list(references.values_list("pk", "host")[: MOST_LISTED + 1])
    hosts = Counter(host for _, host in rows[:MOST_LISTED] if host)
    most = sorted(hosts.items(), key=lambda row: (-row[1], row[0]))
    return [pk for pk, _ in rows], most[:_HOSTS_OFFERED]


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
