"""Plain queries for the rows of documents that an engine has found.

What a reader may see is read by queries that are kept, because the ORM takes several times as long
to write one as SQLite to answer it.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Collection as Some
from typing import Any, NamedTuple, TypeAlias

from django.db.models import QuerySet

from digests.grouping import grouped
from digests.models import Digest, Reader, Reference, SearchDocument, Tag, Topic
from digests.models.bulk import select_rows
from digests.models.digests import topic_address
from digests.models.kept import kept_query
from digests.models.references import reference_address, title_of
from digests.models.reversing import row_address
from digests.models.statements import Slot
from digests.search.engines import Collection
from digests.search.results.model import HitDigest, HitTopic
from digests.vocabulary import DocumentKind


class FoundTopic(NamedTuple):
    """A topic with its digest; ``texts`` are those of its document."""

    document_id: int
    topic: HitTopic
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
    rows = _topics(user, [pk for _, pk, *_ in documents])
    found = {
        pk: HitTopic(pk, title, number, HitDigest(*digest)) for pk, title, number, *digest in rows
    }
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
    pages: dict[tuple[DocumentKind, int], _Page] = {}
    for kind, of_kind in grouped((kind, pk) for kind, pk, _ in documents).items():
        rows, page = _PAGES[kind]
        pages |= {(kind, row[0]): page(*row) for row in rows(user, of_kind)}
    return [
        FoundName(kind, title or f"#{pk}", title, *pages[kind, pk])
        for kind, pk, title in documents
        if (kind, pk) in pages
    ]


def tag_names(user: Reader, slugs: Some[str]) -> dict[str, str]:
    """The names of tags by slug. One query, none without slugs."""
    return dict(_names_of_tags(user, [*slugs]))


def _rows_of(model: Any, *columns: str, by: str = "pk") -> Callable[..., list[tuple[Any, ...]]]:
    """A query for the rows of a model that a reader may see: the column ``by``, of which it takes
    the values, and these columns."""

    @kept_query
    def rows(user: Reader, values: Slot) -> QuerySet[Any, Any]:
        found: QuerySet[Any, Any] = model.objects.visible_to(user).order_by()
        return found.filter(**{f"{by}__one_of": values}).values_list(by, *columns)

    return rows


_topics = _rows_of(Topic, "title", "number", *(f"digest__{name}" for name in HitDigest._fields))
_titles_of_topics = _rows_of(Topic, "title")
_slugs_of_tags = _rows_of(Tag, "slug")
_names_of_tags = _rows_of(Tag, "name", by="slug")
_slugs_of_digests = _rows_of(Digest, "slug")
_references = _rows_of(Reference, "editor_title", "cited_title", "url", "key", "topic_count")


# An address, and of a reference its key and the number of topics that cite it.
_Page: TypeAlias = tuple[str] | tuple[str, str, int]


def _page_of_topic(pk: int, title: str) -> _Page:
    return (topic_address(pk, title),)


def _page_of_tag(_pk: int, slug: str) -> _Page:
    return (row_address("digests:tag", slug),)


def _page_of_digest(_pk: int, slug: str) -> _Page:
    return (row_address("digests:digest", slug),)


def _page_of_reference(
    pk: int, editor_title: str, cited_title: str, url: str, key: str, topics: int
) -> _Page:
    title = title_of(editor_title, cited_title, key, url)
    return reference_address(pk, title), key, topics


# The query for the rows of a kind, and the function that makes their pages of its columns.
_PAGES: Mapping[DocumentKind, tuple[Callable[..., list[tuple[Any, ...]]], Callable[..., _Page]]] = {
    DocumentKind.TOPIC: (_titles_of_topics, _page_of_topic),
    DocumentKind.TAG: (_slugs_of_tags, _page_of_tag),
    DocumentKind.DIGEST: (_slugs_of_digests, _page_of_digest),
    DocumentKind.REFERENCE: (_references, _page_of_reference),
}


def _documents(
    collection: Collection, document_ids: Sequence[int], *columns: str
) -> list[tuple[Any, ...]]:
    """These columns of the documents, in the order of the ids. One query, none without ids."""
    rows = select_rows(
        SearchDocument, ("place", *columns), "place", document_ids, collection=collection
    )
    found = {place: tuple(values) for place, *values in rows}
    return [found[document_id] for document_id in document_ids if document_id in found]
