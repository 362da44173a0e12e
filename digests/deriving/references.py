"""Titles, kinds, addresses and counts of references, derived from their citations."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min

from digests import identity
from digests.deriving.bulk import set_columns, store_columns
from digests.grouping import grouped
from digests.models import Citation, Reference
from digests.parsing.model import ParsedCitation
from digests.vocabulary import ReferenceKind

_COLUMNS = ["cited_title", "kind", "url", "host", "topic_count"]


@dataclass(frozen=True)
class Cited:
    """A citation with its text; ``topic`` is None in a preamble."""

    topic: int | None
    position: int
    citation: ParsedCitation


@dataclass
class _Vote:
    """A spelling of a reference: how often texts use it, and the first text that does."""

    kind: str
    title: str
    url: str
    count: int
    topic: int | None
    position: int


def reference_ids(cited: Iterable[Cited]) -> dict[str, int]:
    """Ids of the cited references that exist, by key."""
    keys = {each.citation.key for each in cited}
    return dict(Reference.objects.filter(key__in=keys).values_list("key", "pk"))


def create_references(
    cited: Iterable[Cited], known: Collection[str], hidden: Collection[int]
) -> dict[str, int]:
    """Create the cited references whose key is not ``known``. No other citation of them may exist.

    Citations in ``hidden`` topics do not count, because no reader meets them. Returns ids by key.
    """
    new = []
    unknown = ((each.citation.key, each) for each in cited if each.citation.key not in known)
    for key, places in grouped(unknown).items():
        shown = [place for place in places if place.topic not in hidden]
        topic_count = len({place.topic for place in shown} - {None})
        # A reference that only hidden topics cite still needs a name.
        new.append(Reference(key=key, **_columns(_votes(shown or places), topic_count)))
    Reference.objects.bulk_create(new)
    return {reference.key: reference.pk for reference in new}


def refresh_references(references: Collection[int]) -> int:
    """Derive title, kind, address and count of references from their citations.

    The most frequent value wins, at a tie the one that was cited first. Returns the number of
    references that had to change.
    """
    citations = Citation.objects.shown().filter(reference__in=references)
    spellings = citations.values_list("reference", "kind", "title", "url")
    counted = spellings.annotate(Count("pk"), Min("topic"), Min("position"))
    votes = grouped((reference, _Vote(*vote)) for reference, *vote in counted)
    in_topics = citations.filter(topic__isnull=False).values_list("reference")
    counts = dict(in_topics.annotate(Count("topic", distinct=True)))
    stale = []
    for reference in Reference.objects.filter(pk__in=references):
        derived = _columns(votes[reference.pk], counts.get(reference.pk, 0))
        if not votes[reference.pk]:  # nothing cites it any more; it keeps its name
            derived = {"topic_count": 0}
        if set_columns(reference, derived):
            stale.append(reference)
    return store_columns(stale, _COLUMNS)


def _votes(places: Iterable[Cited]) -> list[_Vote]:
    """Count citations that are not in the database yet, as its query would."""
    votes: dict[tuple[str, str, str], _Vote] = {}
    for place in places:
        citation = place.citation
        spelling = (citation.kind.value, citation.title, citation.url)
        vote = votes.setdefault(spelling, _Vote(*spelling, 0, None, place.position))
        vote.count += 1
        vote.position = min(vote.position, place.position)
        if place.topic is not None:
            vote.topic = min(place.topic, vote.topic or place.topic)
    return list(votes.values())


def _columns(votes: Iterable[_Vote], topic_count: int) -> dict[str, Any]:
    titles: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    urls: Counter[str] = Counter()
    for vote in sorted(votes, key=_first_cited):
        kinds[vote.kind] += vote.count
        if vote.url:
            urls[vote.url] += vote.count
        if identity.is_title(vote.title):
            titles[vote.title] += vote.count
    if len(kinds) > 1:
        del kinds[ReferenceKind.OTHER]  # votes for no kind
    url = _address(_most_frequent(urls)) if urls else ""
    return {
        "cited_title": _most_frequent(titles),
        "kind": _most_frequent(kinds),
        "url": url,
        "host": identity.host(url) if url else "",
        "topic_count": topic_count,
    }


def _first_cited(vote: _Vote) -> tuple[Any, ...]:
    """Sort key of texts in the order of citing. A preamble, which has no topic, comes before all
    topics."""
    place = (vote.topic is not None, vote.topic or 0, vote.position)
    return (*place, vote.title, vote.url, vote.kind)


def _most_frequent(counts: Counter[str]) -> str:
    """The most frequent key, at a tie the one that was counted first."""
    return max(counts, key=lambda value: counts[value], default="")


def _address(url: str) -> str:
    """The address to open. A URL that today's rules refuse may have been cited under older
    rules."""
    try:
        return identity.of_url(url).url
    except ValueError:
        return url
