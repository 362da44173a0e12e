"""Documents kept up to date with rows, and the engine with the documents.

Both write doors call `refresh` in their own transaction, `rebuild` calls it for everything. It
compares before it writes, so that what is as it should be costs a few reads.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from digests.models import Citation, SearchDocument, TaggedTopic, Topic
from digests.search import engines
from digests.search.index import documents, lexicon
from digests.vocabulary import DocumentKind

BATCH = 500  # documents at once

_COMPARED = ("place", "title", "texts", "analyzer_version")

_Builder: TypeAlias = Callable[[Collection[int]], dict[int, SearchDocument]]
_BUILDERS: dict[DocumentKind, _Builder] = {
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
    """Bring what is searched up to date with these rows, there or not, with the topics of the
    digests, with the tags and references of what has changed, and with all topics that have one
    of them which has changed itself: its name, kind and address are found in these, too.

    Call it in a `write_transaction`. With ``again`` the engine takes everything in anew, also
    what has not changed. Returns the number of documents that had to change. Some twenty queries
    for up to `BATCH` topics, half of them where nothing has changed.
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


def batches(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH))


class _Update:
    """The writes of one `refresh`, and the rows that it must look at next."""

    def __init__(self, again: bool) -> None:
        self.again = again
        self.changed = 0
        self.words: Counter[str] = Counter()
        """In how many more topics each is."""
        self.tags: set[int] = set()
        """The tags of which topics and digests say something else now. Nothing else can have
        changed their names, or whether anything has them."""
        self.references: set[int] = set()

    def topics(self, ids: Iterable[int]) -> None:
        for batch in batches(ids):
            self.store(DocumentKind.TOPIC, batch)

    def store(self, kind: DocumentKind, ids: Collection[int]) -> set[int]:
        """Write the documents of these rows that have changed. Returns the ids of their rows."""
        if not ids:
            return set()
        stored = SearchDocument.objects.filter(kind=kind, object_id__in=ids)
        old = {document.object_id: document for document in stored}
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
        """Note the tags and references of which a document says something else than before."""
        # A document that another version of the program made may lack them.
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
        """Put the new documents into the engine in place of the old ones, and count the words of
        the ``changed`` topics."""
        engine, collection = engines.current(), documents.COLLECTIONS[kind]
        analyzed = [(document, documents.analyze(document)) for document in new]
        # The new ids too: they are free, unless something is wrong with the index.
        engine.delete(collection, [document.place for document in (*old, *new)])
        engine.index(collection, [analysis.entry for _, analysis in analyzed])
        if kind == DocumentKind.TOPIC:
            for document in old:
                if document.object_id in changed:
                    self.words.subtract(documents.analyze(document).words)
            for document, analysis in analyzed:
                if document.object_id in changed:
                    self.words.update(analysis.words)


def _chosen(documents: Mapping[int, SearchDocument], ids: Collection[int]) -> list[SearchDocument]:
    return [document for pk, document in documents.items() if pk in ids]


def _values(document: SearchDocument | None) -> dict[str, Any] | None:
    return None if document is None else {name: getattr(document, name) for name in _COMPARED}
