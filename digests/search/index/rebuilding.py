"""Steps of the command `rebuild` for search besides `refresh` of each digest."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import QuerySet

from digests.grouping import batched
from digests.models import Digest, Reference, SearchDocument, Tag, Topic
from digests.search.index import lexicon
from digests.search.index.refreshing import BATCH, refresh
from digests.vocabulary import DocumentKind


def tidy() -> int:
    """Repair what `refresh` of every digest does not reach: names without a topic, documents
    without a row, and the counts of words.

    Returns the number of repairs.
    """
    wrong = 0
    for batch in batched(Tag.objects.order_by("pk").values_list("pk", flat=True), BATCH):
        wrong += refresh(tags=batch, again=True)
    for batch in batched(Reference.objects.order_by("pk").values_list("pk", flat=True), BATCH):
        wrong += refresh(references=batch, again=True)
    return wrong + _drop_orphans() + lexicon.recount()


def stale_digests() -> Collection[int]:
    """Ids of digests without a document, and of digests with a live topic without one."""
    known = SearchDocument.objects.values("object_id")
    digests = Digest.objects.exclude(pk__in=known.filter(kind=DocumentKind.DIGEST))
    topics = Topic.objects.live().exclude(pk__in=known.filter(kind=DocumentKind.TOPIC))
    return {*digests.values_list("pk", flat=True), *topics.values_list("digest", flat=True)}


def _drop_orphans() -> int:
    rows: dict[DocumentKind, tuple[QuerySet[Any], Callable[[list[int]], int]]] = {
        DocumentKind.TOPIC: (Topic.objects.live(), lambda ids: refresh(topics=ids)),
        DocumentKind.DIGEST: (Digest.objects.all(), lambda ids: refresh(digests=ids)),
        DocumentKind.TAG: (Tag.objects.all(), lambda ids: refresh(tags=ids)),
        DocumentKind.REFERENCE: (Reference.objects.all(), lambda ids: refresh(references=ids)),
    }
    wrong = 0
    for kind, (of_kind, drop) in rows.items():
        documents = SearchDocument.objects.filter(kind=kind)
        orphans = documents.exclude(object_id__in=of_kind.values("pk"))
        for batch in batched(list(orphans.values_list("object_id", flat=True)), BATCH):
            wrong += drop(batch)
    return wrong
