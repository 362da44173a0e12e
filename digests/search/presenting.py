"""Places and filter values, as an engine knows them → rows and names, as readers do."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Prefetch
from django.utils.translation import gettext

from digests.models import Digest, Reference, SearchDocument, Tag, TaggedTopic, Topic
from digests.search import highlight
from digests.search.analyzer import Phrase
from digests.search.engines.base import Collection
from digests.search.query import Filter, filter_value, readable
from digests.search.results import Chip, Excerpt, Facet, FacetValue, Hit, NameHit, Suggestion
from digests.text import slug_or_hash
from digests.vocabulary import DocumentKind, PointKind, ReferenceKind

_PARAMETERS = {"tag": "slug", "label": "label", "kind": "kind", "year": "year"}
"""The facets by their names in an address, and the fields of the filters that they are."""
_VALUES_OF_FACET = 12
_EXCERPTS = 2
_LONGEST = 200


def filters(chosen: Mapping[str, Sequence[str]]) -> list[Filter]:
    """Of the values in an address, those that are of facets."""
    return [
        Filter(field, slug_or_hash(value) if name == "tag" else filter_value(value[:_LONGEST]))
        for name, field in _PARAMETERS.items()
        for value in chosen.get(name, ())
        if value.strip()
    ]


def hits(places: Sequence[int], phrases: Sequence[Phrase]) -> list[Hit]:
    """Three queries."""
    documents = _documents(Collection.TOPICS, places)
    own_tags = Prefetch("taggings", TaggedTopic.objects.select_related("tag"))
    topics = Topic.objects.select_related("digest").prefetch_related(own_tags)
    columns = (
        "title",
        "number",
        "heading",
        "digest__title",
        "digest__slug",
        "digest__published_at",
    )
    rows = topics.only(*columns).in_bulk([document.object_id for document in documents])
    return [
        Hit(
            topic=rows[document.object_id],
            title=highlight.marked(document.title, phrases),
            excerpts=_excerpts(document, phrases),
        )
        for document in documents
        if document.object_id in rows
    ]


def names(places: Sequence[int], phrases: Sequence[Phrase]) -> list[NameHit]:
    """The most used first. At most four queries."""
    documents = _documents(Collection.NAMES, places)
    tables: dict[str, type[Digest | Tag | Reference]] = {
        DocumentKind.TAG: Tag,
        DocumentKind.REFERENCE: Reference,
        DocumentKind.DIGEST: Digest,
    }
    found = []
    for kind, table in tables.items():
        of_kind = [document for document in documents if document.kind == kind]
        rows = table._default_manager.in_bulk([document.object_id for document in of_kind])
        found += [
            NameHit(rows[document.object_id], highlight.marked(document.title, phrases))
            for document in of_kind
            if document.object_id in rows
        ]
    return found


def facets(counts: Mapping[str, Counter[str]], chosen: Sequence[Filter], total: int) -> list[Facet]:
    """What can narrow the ``total`` hits further. One query."""
    taken = {(each.field, each.value) for each in chosen}
    listed: dict[str, list[tuple[str, int]]] = {}
    for name, field in _PARAMETERS.items():
        values = counts.get(field, Counter())
        free = [
            (value, n) for value, n in values.items() if (field, value) not in taken and n < total
        ]
        free.sort(key=_years_down if field == "year" else _most_first)
        listed[name] = [pair for pair in free if pair[0] != PointKind.OTHER][:_VALUES_OF_FACET]
    tags = _tag_names(slug for slug, _ in listed["tag"])
    return [
        Facet(name, [FacetValue(value, _name(name, value, tags), n) for value, n in values])
        for name, values in listed.items()
        if values
    ]


def chips(chosen: Sequence[Filter]) -> list[Chip]:
    """One query if there is a tag among them."""
    tags = _tag_names(each.value for each in chosen if each.field == "slug")
    names = {field: name for name, field in _PARAMETERS.items()}
    return [
        Chip(names[each.field], each.value, _name(names[each.field], each.value, tags))
        for each in chosen
    ]


def suggestions(topics: Sequence[int], names: Sequence[int]) -> list[Suggestion]:
    """Five queries."""
    rows: dict[tuple[str, int], Tag | Reference | Topic] = {}
    documents = [*_documents(Collection.NAMES, names), *_documents(Collection.TOPICS, topics)]
    tables: dict[str, type[Tag | Reference | Topic]] = {
        DocumentKind.TAG: Tag,
        DocumentKind.REFERENCE: Reference,
        DocumentKind.TOPIC: Topic,
    }
    for kind, table in tables.items():
        ids = [document.object_id for document in documents if document.kind == kind]
        found = table._default_manager.in_bulk(ids)
        rows |= {(kind, pk): row for pk, row in found.items()}
    return [
        Suggestion(
            kind=document.kind,
            title=document.title,
            address=rows[document.kind, document.object_id].get_absolute_url(),
        )
        for document in documents
        if (document.kind, document.object_id) in rows
    ]


def _documents(collection: Collection, places: Sequence[int]) -> list[SearchDocument]:
    """In the order of these places."""
    stored = SearchDocument.objects.filter(collection=collection, place__in=places)
    at = {document.place: document for document in stored}
    return [at[place] for place in places if place in at]


def _excerpts(document: SearchDocument, phrases: Sequence[Phrase]) -> list[Excerpt]:
    """What of the text says most about the query; where the title says it all, a conclusion."""
    texts = document.texts
    parts = [(label, kind, text) for kind, label, text in texts["points"]]
    rest = (("", texts["body"]), (gettext("References"), texts["references"]))
    parts += [(label, "", text) for label, text in rest if text]
    chosen = highlight.best([text for _, _, text in parts], phrases, _EXCERPTS)
    if not chosen and parts:
        concluding = (n for n, part in enumerate(parts) if part[1] == PointKind.CONCLUSION)
        number = next(concluding, 0)
        chosen = [(number, highlight.excerpt(parts[number][2], ()))]
    return [Excerpt(pieces, *parts[number][:2]) for number, pieces in chosen]


def _tag_names(slugs: Iterable[str]) -> dict[str, str]:
    wanted = list(slugs)
    if not wanted:
        return {}
    return dict(Tag.objects.filter(slug__in=wanted).values_list("slug", "name"))


def _name(facet: str, value: str, tags: Mapping[str, str]) -> str:
    match facet:
        case "tag":
            return tags.get(value, value)
        case "label" if value in PointKind.values:
            return str(PointKind(value).label)
        case "label":
            return readable(value)
        case "kind" if value in ReferenceKind.values:
            return str(ReferenceKind(value).label)
    return value


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    value, number = pair
    return -number, value


def _years_down(pair: tuple[str, int]) -> int:
    return -int(pair[0])
