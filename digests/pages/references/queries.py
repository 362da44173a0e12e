"""Queries for lists of references, and for the texts that cite a reference."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
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
from digests.models.references import labelled_entry
from digests.pages.parts.listed import ListedDigest, ListedTopic
from digests.pages.parts.rows import LATEST
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


def citations_of_reference(user: Reader, reference: Reference) -> CitationQuerySet:
    return Citation.objects.visible_to(user).filter(reference=reference)


def citations_in_topics(user: Reader, reference: Reference) -> CitationQuerySet:
    return citations_of_reference(user, reference).filter(topic__isnull=False)


def topics_citing(user: Reader, reference: Reference) -> TopicQuerySet:
    cites = citations_in_topics(user, reference)
    return Topic.objects.visible_to(user).newest_first().filter(pk__in=cites.values("topic"))


def digests_citing(user: Reader, reference: Reference) -> DigestQuerySet:
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
    in_digests = Q(topic=None, digest__in=[row.pk for row in digests])  # with the index of topics
    # One query for both would read all citations of the reference.
    return (
        _citing_rows(user, reference, "topic", Q(topic__in=[row.pk for row in topics]), topics),
        _citing_rows(user, reference, "digest", in_digests, digests),
    )


def _citing_rows(
    user: Reader,
    reference: Reference,
    text: str,
    texts: Q,
    rows: Sequence[ListedTopic | ListedDigest],
) -> list[Citing]:
    """The sentences in which ``rows`` of one table cite a reference. Citations have the rows in the
    column ``text``."""
    cites = citations_of_reference(user, reference).filter(texts).order_by("position")
    citations = [_Citation(*columns) for columns in cites.values_list(text, *_COLUMNS)]
    entries = _entries(user, text, texts, citations)
    by_text = grouped_by(citations, lambda each: each.text_id)
    return [_citing(row, by_text[row.pk], entries) for row in rows]


def _entries(
    user: Reader, text: str, texts: Q, citations: Iterable[_Citation]
) -> dict[tuple[int, int | None], str]:
    """The HTML of the entries of these citations, by text and item. It is read where only another
    citation of the item has it."""
    entries = {(each.text_id, each.item): each.html for each in citations if each.text}
    if all(each.item is None or (each.text_id, each.item) in entries for each in citations):
        return entries
    first = Citation.objects.visible_to(user).filter(texts).exclude(text="")
    return {(pk, item): html for pk, item, html in first.values_list(text, "item", "html")}


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


def latest_citing(user: Reader, reference: Reference) -> dict[int, datetime]:
    """The newest topics that cite a reference, at most `LATEST`, each with the time of its
    digest."""
    cites = citations_in_topics(user, reference).order_by("-topic_id")
    return dict(cites.values_list("topic", "topic__digest__published_at").distinct()[:LATEST])


def spellings(user: Reader, reference: Reference, field: VotedField) -> list[tuple[str, int]]:
    """The most frequent titles or addresses that texts give the reference, each with the number of
    its citations, at most 100."""
    votes = Vote.objects.visible_to(user).filter(reference=reference, field=field)
    written = votes.order_by("-count", "first_topic", "first_position").values_list(
        "value", "count"
    )
    # Sorted here, because each database has an order of its own for texts.
    return sorted(written[:_SPELLINGS], key=lambda row: (-row[1], row[0]))


def cited_together_with(
    user: Reader, reference: Reference, topics: Sequence[int]
) -> list[tuple[Reference, int]]:
    """References that these topics, given by their ids, cite most often besides, each with the
    number of these topics. Two queries."""
    citations = Citation.objects.visible_to(user).filter(topic__in=topics).order_by()
    others = citations.exclude(reference=reference).values_list("reference")
    counted = others.annotate(n=Count("topic", distinct=True)).order_by("-n", "reference_id")
    counts = dict(counted[:_LIKELY])
    # Ordered here, as a join would read the reference of every citation.
    found = Reference.objects.visible_to(user).in_bulk(counts).values()
    most = sorted(found, key=lambda row: (-counts[row.pk], -row.topic_count, row.pk))
    return [(row, counts[row.pk]) for row in most[:_MOST_TOGETHER]]


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
    return Q(Exists(in_topics.filter(topic__digest__in=digests))) | Q(
        Exists(cites.filter(topic=None, digest__in=digests))
    )


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
