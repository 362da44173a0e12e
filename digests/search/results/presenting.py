"""The rows and numbers that a search found → the parts of its page."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest, nsmallest
from typing import Any

from django.utils.translation import gettext

from digests.models.tags import TagLink
from digests.search.language.parser import asking_for
from digests.search.language.tokenizer import Phrase
from digests.search.language.tree import Filter, filter_value, readable
from digests.search.results import highlight
from digests.search.results.model import Chip, Excerpt, Facet, FacetValue, Hit, NameHit
from digests.search.results.rows import FoundName, FoundTopic
from digests.text import slug_or_hash
from digests.vocabulary import DocumentKind, PointKind, ReferenceKind

# The facets by their names in an address, and the fields of the filters that they are.
_PARAMETERS = {"tag": "slug", "label": "label", "kind": "kind", "year": "year"}
_LABELS = dict(PointKind.choices)
_KINDS = dict(ReferenceKind.choices)
_VALUES_OF_FACET = 12
_LONGEST = 200


def filters(chosen: Mapping[str, Sequence[str]]) -> list[Filter]:
    """The filters of the facets' values in an address."""
    return [
        Filter(field, slug_or_hash(value) if name == "tag" else filter_value(value[:_LONGEST]))
        for name, field in _PARAMETERS.items()
        for value in chosen.get(name, ())
        if value.strip()
    ]


def hits(
    found: Iterable[FoundTopic], phrases: Sequence[Phrase], lacking: Mapping[int, str]
) -> list[Hit]:
    """``lacking``: words that titles lack, by document id."""
    return [
        Hit(
            each.topic,
            highlight.marked(each.title, phrases),
            _excerpts(each.texts, phrases),
            _tags(each.texts),
            lacking.get(each.document_id, ""),
        )
        for each in found
    ]


def names(found: Iterable[FoundName], phrases: Sequence[Phrase]) -> list[NameHit]:
    """Tags first, then references, then digests."""
    kinds = [DocumentKind.TAG, DocumentKind.REFERENCE, DocumentKind.DIGEST]
    hits = [
        NameHit(
            one.kind,
            one.name,
            one.address,
            highlight.marked(one.title, phrases),
            one.topics,
            asking_for(Filter("ref", filter_value(one.key)), one.key) if one.topics else "",
        )
        for one in found
    ]
    return sorted(hits, key=lambda hit: kinds.index(DocumentKind(hit.kind)))


def counted(
    counts: Mapping[str, Counter[str]], chosen: Sequence[Filter], total: int
) -> dict[str, list[tuple[str, int | None]]]:
    """The values of each facet, with their numbers, that can narrow the ``total`` hits further."""
    listed: dict[str, list[tuple[str, int | None]]] = {}
    for name, field in _PARAMETERS.items():
        left_out = {PointKind.OTHER, *(each.value for each in chosen if each.field == field)}
        free = {
            value: number
            for value, number in counts.get(field, {}).items()
            if number < total and value not in left_out
        }
        first = nlargest(_VALUES_OF_FACET, free, int) if field == "year" else _most_frequent(free)
        listed[name] = [(value, free[value]) for value in first]
    return listed


def _most_frequent(numbers: Mapping[str, int]) -> list[str]:
    """The values with the highest numbers that are listed, at a tie by name. Tens of thousands may
    have the number one, so that not all are sorted."""
    least = min(nlargest(_VALUES_OF_FACET, numbers.values()), default=0)
    more = [value for value, number in numbers.items() if number > least]
    rest = (value for value, number in numbers.items() if number == least)
    more.sort(key=lambda value: (-numbers[value], value))
    return more + nsmallest(_VALUES_OF_FACET - len(more), rest)


def tag_slugs(
    listed: Mapping[str, Sequence[tuple[str, int | None]]], chosen: Sequence[Filter]
) -> list[str]:
    """The slugs of the tags that `facets` and `chips` name."""
    slugs = [slug for slug, _ in listed.get("tag", ())]
    return slugs + [each.value for each in chosen if each.field == "slug"]


def facets(
    listed: Mapping[str, Sequence[tuple[str, int | None]]], tags: Mapping[str, str]
) -> list[Facet]:
    return [
        Facet(name, [FacetValue(value, _name(name, value, tags), n) for value, n in values])
        for name, values in listed.items()
        if values
    ]


def chips(chosen: Sequence[Filter], tags: Mapping[str, str]) -> list[Chip]:
    names = {field: name for name, field in _PARAMETERS.items()}
    return [
        Chip(names[each.field], each.value, _name(names[each.field], each.value, tags))
        for each in chosen
    ]


def _tags(texts: Mapping[str, Any]) -> list[TagLink]:
    of_tag = Filter("slug", "").token
    slugs = [each.removeprefix(of_tag) for each in texts["filters"] if each.startswith(of_tag)]
    return list(map(TagLink, texts["tags"], slugs))


def _excerpts(texts: Mapping[str, Any], phrases: Sequence[Phrase]) -> list[Excerpt]:
    """The excerpts that say most about the query; a conclusion where the title says it all."""
    parts = [(label, kind, text) for kind, label, text in texts["points"]]
    rest = (("", texts["body"]), (gettext("References"), texts["references"]))
    parts += [(label, "", text) for label, text in rest if text]
    chosen = highlight.best([text for _, _, text in parts], phrases)
    if not chosen and parts:
        concluding = (n for n, part in enumerate(parts) if part[1] == PointKind.CONCLUSION)
        number = next(concluding, 0)
        chosen = [(number, highlight.excerpt(parts[number][2], ()))]
    return [Excerpt(pieces, *parts[number][:2]) for number, pieces in chosen]


def _name(facet: str, value: str, tags: Mapping[str, str]) -> str:
    match facet:
        case "tag":
            return tags.get(value, value)
        case "label":
            return str(_LABELS[value]) if value in _LABELS else readable(value)
        case "kind":
            return str(_KINDS.get(value, value))
    return value
