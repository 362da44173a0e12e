"""Plain queries for the rows of documents that an engine has found."""

from collections.abc import Collection as Some
from collections.abc import Sequence
from typing import Any, NamedTuple

from digests.grouping import grouped
from digests.models import Digest, Reader, Reference, SearchDocument, Tag, Topic
from digests.models.bulk import select_rows
from digests.search.engines import Collection
from digests.vocabulary import DocumentKind

_OF_TOPIC = ("title", "number", "digest__title", "digest__slug", "digest__published_at")
# The model of a kind, and the columns that its names and addresses are made of.
_NAMED: dict[DocumentKind, tuple[Any, ...]] = {
    DocumentKind.TOPIC: (Topic, "title"),
    DocumentKind.TAG: (Tag, "slug"),
    DocumentKind.REFERENCE: (
        Reference,
        "editor_title",
        "cited_title",
        "url",
        "key",
        "topic_count",
    ),
    DocumentKind.DIGEST: (Digest, "slug"),
}


class FoundTopic(NamedTuple):
    """A topic with its digest; ``texts`` are those of its document."""

    document_id: int
    topic: Topic
    title: str
    texts: dict[str, Any]


class FoundName(NamedTuple):
    """The name of a found row, and its address. ``name`` is the title, or the id of a row without
    one. A reference has its ``key``, and the number of ``topics`` that cite it."""

    kind: DocumentKind
    name: str
    title: str
    address: str
    key: str = ""
    topics: int = 0


def topics(user: Reader, document_ids: Sequence[int]) -> list[FoundTopic]:
    """The topics of these documents, in this order. Two queries, none without ids."""
    columns = ("place", "object_id", "title", "texts")
    documents = _documents(Collection.TOPICS, document_ids, *columns)
    visible = Topic.objects.visible_to(user).select_related("digest").only(*_OF_TOPIC).order_by()
    found = visible.in_bulk([pk for _, pk, *_ in documents])
    return [
        FoundTopic(place, found[pk], title, texts)
        for place, pk, title, texts in documents
        if pk in found
    ]


def titles(collection: Collection, document_ids: Sequence[int]) -> dict[int, str]:
    """The titles of these documents, by id. One query, none without ids."""
    return dict(_documents(collection, document_ids, "place", "title"))


def number_of_topics() -> int:
    """The number of topics with a document. One query, of an index alone."""
    return SearchDocument.objects.filter(kind=DocumentKind.TOPIC).count()


def names(user: Reader, collection: Collection, document_ids: Sequence[int]) -> list[FoundName]:
    """Name and address of these documents, in this order. One query, and one for each kind among
    them."""
    documents = _documents(collection, document_ids, "kind", "object_id", "title")
    rows: dict[DocumentKind, dict[int, Any]] = {}
    for kind, of_kind in grouped((kind, pk) for kind, pk, _ in documents).items():
        model, *columns = _NAMED[kind]
        rows[kind] = model.objects.visible_to(user).only(*columns).order_by().in_bulk(of_kind)
    return [
        _found_name(kind, title, rows[kind][pk])
        for kind, pk, title in documents
        if pk in rows[kind]
    ]


def _found_name(kind: DocumentKind, title: str, row: Any) -> FoundName:
    named = FoundName(kind, title or f"#{row.pk}", title, row.get_absolute_url())
    if isinstance(row, Reference):
        return named._replace(key=row.key, topics=row.topic_count)
    return named


def tag_names(user: Reader, slugs: Some[str]) -> dict[str, str]:
    """The names of tags by slug. One query, none without slugs."""
    tags = Tag.objects.visible_to(user).filter(slug__in=slugs).order_by()
    return dict(tags.values_list("slug", "name"))


def _documents(
    collection: Collection, document_ids: Sequence[int], *columns: str
) -> list[tuple[Any, ...]]:
    """These columns of the documents, in the order of the ids. One query, none without ids."""
    rows = select_rows(
        SearchDocument, ("place", *columns), "place", document_ids, collection=collection
    )
    found = {place: tuple(values) for place, *values in rows}
    return [found[document_id] for document_id in document_ids if document_id in found]
