"""Incremental updates of search documents and of the engine.

Both write doors call `refresh` in their own transaction; `rebuild` calls it for everything.
Documents are compared before they are written, so an update without changes costs a few reads.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from digests.grouping import batched
from digests.models import Citation, SearchDocument, TaggedTopic, Topic
from digests.search import engines
from digests.search.index import documents, lexicon, repairing
from digests.search.language.tokenizer import ANALYZER_VERSION
from digests.vocabulary import DocumentKind

BATCH = 500  # documents at once

_COMPARED = ("place", "title", "texts", "analyzer_version")

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
    """Re-index the given rows, existing or deleted, and every topic that has these tags or cites
    these references, if their documents change.

    The topics of ``digests`` are included, and so are tags and references whose use has changed. If
    the name, kind or address of a tag or reference has changed, all its topics are re-indexed,
    because they are found by these too.

    Call it in a `write_transaction`. With ``again`` the engine also stores unchanged documents
    again. Returns the number of documents that had to change. Some twenty queries for up to `BATCH`
    topics, half of them if nothing has changed.
    """
    update = _Update(again)
    of_digests = Topic.objects.filter(digest__in=digests).values_list("pk", flat=True)
    done = {*topics, *(of_digests if digests else ())}
    update.topics(done)
    update.store(DocumentKind.DIGEST, set(digests))
    changed_tags = update.store(DocumentKind.TAG, update.tags | set(tags))
    changed = update.store(DocumentKind.REFERENCE, update.references | set(references))
    if changed_tags or changed:
        tagged = TaggedTopic.objects.filter(tag__in=changed_tags)
        citing = Citation.objects.filter(reference__in=changed, topic__isnull=False)
        naming = {*tagged.values_list("content_object", flat=True)}
        naming |= {*citing.values_list("topic", flat=True)}
        update.topics(naming - done)
    lexicon.count(update.words)
    return update.changed


class _Update:
    """The writes of one `refresh`, with the tags and references that it must check next."""

    def __init__(self, again: bool) -> None:
        self.again = again
        self.changed = 0
        # Changes in the number of topics by word.
        self.words: Counter[str] = Counter()
        # Tags whose taggings have changed: only their documents can have changed as well.
        self.tags: set[int] = set()
        self.references: set[int] = set()

    def topics(self, ids: Iterable[int]) -> None:
        for batch in batched(sorted(ids), BATCH):
            self.store(DocumentKind.TOPIC, batch)

    def store(self, kind: DocumentKind, ids: Collection[int]) -> set[int]:
        """Save the documents of these rows that have changed. Returns the ids of the changed
        rows."""
        if not ids:
            return set()
        stored = SearchDocument.objects.filter(kind=kind, object_id__in=ids)
        old = {document.object_id: document for document in stored}
        if any(document.analyzer_version != ANALYZER_VERSION for document in old.values()):
            # The engine holds other tokens of them than it would be told to delete.
            repairing.empty()
            old = {}
        new = _BUILDERS[kind](ids)
        changed = {pk for pk in ids if _values(old.get(pk)) != _values(new.get(pk))}
        self.changed += len(changed)
        written = set(ids) if self.again else changed
        for pk in written:
            self._note_names(old.get(pk), new.get(pk))
        if written:
            self._index(kind, _chosen(old, written), _chosen(new, written), changed)
        if gone := [old[pk].pk for pk in changed if pk in old and pk not in new]:
            SearchDocument.objects.filter(pk__in=gone).delete()
        SearchDocument.objects.bulk_create(
            _chosen(new, changed),
            update_conflicts=True,
            unique_fields=["kind", "object_id"],
            update_fields=_COMPARED,
        )
        return changed

    def _note_names(self, old: SearchDocument | None, new: SearchDocument | None) -> None:
        """Collect the tags and references in which two versions of a document differ."""
        # Documents of older versions of the program may lack these keys.
        texts = [document.texts if document else {} for document in (old, new)]
        tags = [set(each.get("tag_ids", ())) for each in texts]
        cites = [set(map(tuple, each.get("cites", ()))) for each in texts]
        if self.again:
            self.tags |= tags[1]
            self.references |= {pk for pk, *_ in cites[1]}
        self.tags |= tags[0] ^ tags[1]
        self.references |= {pk for pk, *_ in cites[0] ^ cites[1]}

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


def _chosen(documents: Mapping[int, SearchDocument], ids: Collection[int]) -> list[SearchDocument]:
    return [document for pk, document in documents.items() if pk in ids]


def _values(document: SearchDocument | None) -> dict[str, Any] | None:
    return None if document is None else {name: getattr(document, name) for name in _COMPARED}
