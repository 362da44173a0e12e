"""Incremental updates of search documents and of the engine.

Both write doors call `refresh` in their own transaction; `rebuild` calls it for everything.
Documents are compared before they are written, so an update without changes costs a few reads.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeAlias

from digests.grouping import batched
from digests.models import Citation, SearchDocument, TaggedDigest, TaggedTopic, Topic
from digests.models.bulk import insert_rows, select_rows
from digests.search import engines
from digests.search.index import documents, lexicon, repairing
from digests.search.language.tokenizer import ANALYZER_VERSION
from digests.vocabulary import DocumentKind

BATCH = 500  # documents at once

_COMPARED = ("place", "title", "texts", "analyzer_version")
_KEY = ("kind", "object_id")
_COLUMNS = (*_KEY, "collection", *_COMPARED)

_BUILDERS: dict[DocumentKind, Callable[[Collection[int]], dict[int, SearchDocument]]] = {
    DocumentKind.TOPIC: documents.of_topics,
    DocumentKind.DIGEST: documents.of_digests,
    DocumentKind.TAG: documents.of_tags,
    DocumentKind.REFERENCE: documents.of_references,
}


def refresh(
    *,
    topics: Collection[int] = (),
    digests: Collection[int] = (),
    tags: Collection[int] = (),
    references: Collection[int] = (),
    again: bool = False,
) -> int:
    """Re-index the given rows, existing or deleted, if their documents change: topics, digests with
    all their topics, tags, and references. A tag with another name takes all its topics along.

    Call it in a `write_transaction`. With ``again`` the engine also stores unchanged documents
    again, and the tags and references of the digests are included. Returns the number of documents
    that had to change. Some twenty queries for up to `BATCH` topics, half of them if nothing has
    changed.
    """
    update = _Update(again)
    done = set(topics)
    if digests:
        done.update(Topic.objects.filter(digest__in=digests).values_list("pk", flat=True))
    update.store(DocumentKind.TOPIC, done)
    update.store(DocumentKind.DIGEST, digests)
    if again:
        references = _cited_by(digests).union(references)
        tags = _tags_of(digests).union(tags)
    update.store(DocumentKind.REFERENCE, references)
    renamed = [
        new.object_id
        for old, new in update.store(DocumentKind.TAG, tags)
        if old and new and old.title != new.title
    ]
    if renamed:
        tagged = TaggedTopic.objects.filter(tag__in=renamed)
        update.store(DocumentKind.TOPIC, {*tagged.values_list("content_object", flat=True)} - done)
    lexicon.count(update.words)
    return update.changed


def _cited_by(digests: Collection[int]) -> set[int]:
    in_topics = Citation.objects.filter(topic__digest__in=digests)
    in_preambles = Citation.objects.filter(digest__in=digests)
    return {
        reference
        for some in (in_topics, in_preambles)
        for reference in some.values_list("reference", flat=True)
    }


def _tags_of(digests: Collection[int]) -> set[int]:
    of_topics = TaggedTopic.objects.filter(content_object__digest__in=digests)
    of_digests = TaggedDigest.objects.filter(content_object__in=digests)
    return {tag for some in (of_topics, of_digests) for tag in some.values_list("tag", flat=True)}


# The documents of a row before and after a write.
_Pair: TypeAlias = tuple[SearchDocument | None, SearchDocument | None]


class _Update:
    """The writes of one `refresh`."""

    def __init__(self, again: bool) -> None:
        self.again = again
        self.changed = 0
        # Changes in the number of topics by word.
        self.words: Counter[str] = Counter()

    def store(self, kind: DocumentKind, ids: Collection[int]) -> list[_Pair]:
        """Save the documents of these rows that have changed. Returns the changed ones, old and
        new."""
        batches = batched(sorted(ids), BATCH)
        return [pair for batch in batches for pair in self._store_some(kind, batch)]

    def _store_some(self, kind: DocumentKind, ids: Collection[int]) -> list[_Pair]:
        old = _stored(kind, ids)
        if any(document.analyzer_version != ANALYZER_VERSION for document in old.values()):
            # The engine holds other tokens of them than it would be told to delete.
            repairing.empty()
            old = {}
        new = _BUILDERS[kind](ids)
        changed = {pk for pk in ids if _values(old.get(pk)) != _values(new.get(pk))}
        self.changed += len(changed)
        if written := set(ids) if self.again else changed:
            self._index(kind, _chosen(old, written), _chosen(new, written), changed)
        if gone := [old[pk].pk for pk in changed if pk in old and pk not in new]:
            SearchDocument.objects.filter(pk__in=gone).delete()
        rows = [[getattr(row, name) for name in _COLUMNS] for row in _chosen(new, changed)]
        insert_rows(SearchDocument, _COLUMNS, rows, update=_COMPARED, unique=_KEY)
        return [(old.get(pk), new.get(pk)) for pk in changed]

    def _index(
        self,
        kind: DocumentKind,
        old: Sequence[SearchDocument],
        new: Sequence[SearchDocument],
        changed: Collection[int],
    ) -> None:
        """Replace old documents by new ones in the engine, and count the words of ``changed``
        topics."""
        engine, collection = engines.current(), documents.COLLECTIONS[kind]
        removed, added = (list(map(documents.analyze, each)) for each in (old, new))
        engine.delete(collection, [analysis.entry for analysis in removed])
        engine.index(collection, [analysis.entry for analysis in added])
        if kind == DocumentKind.TOPIC:
            for count, rows, analyses in (
                (self.words.subtract, old, removed),
                (self.words.update, new, added),
            ):
                for document, analysis in zip(rows, analyses, strict=True):
                    if document.object_id in changed:
                        count(analysis.words)


def _stored(kind: DocumentKind, ids: Collection[int]) -> dict[int, SearchDocument]:
    names = ("id", *_COLUMNS)
    rows = select_rows(SearchDocument, names, "object_id", ids, kind=kind.value)
    documents = (SearchDocument(**dict(zip(names, row, strict=True))) for row in rows)
    return {document.object_id: document for document in documents}


def _chosen(documents: Mapping[int, SearchDocument], ids: Collection[int]) -> list[SearchDocument]:
    return [document for pk, document in documents.items() if pk in ids]


def _values(document: SearchDocument | None) -> dict[str, Any] | None:
    return None if document is None else {name: getattr(document, name) for name in _COMPARED}
