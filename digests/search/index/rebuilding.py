"""Steps of the command `rebuild` for search besides `refresh` of each digest."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from digests.grouping import batched
from digests.models import Digest, Reference, SearchDocument, SearchWord, Tag, Topic
from digests.search import engines
from digests.search.engines import Collection as Searched
from digests.search.index import lexicon
from digests.search.index.refreshing import BATCH, refresh
from digests.search.language.tokenizer import ANALYZER_VERSION
from digests.vocabulary import DocumentKind


def repair() -> None:
    """Recreate empty tables if the engine's tables are damaged, or if they are empty although there
    are documents.

    Everything is stale then, so that a later rebuild goes on if this one is killed.
    """
    engine = engines.current()
    if engine.verify() or any(map(_is_lost, Searched)):
        engine.create()
        SearchDocument.objects.all().delete()
        SearchWord.objects.all().delete()


def tidy() -> int:
    """Repair what `refresh` of every digest does not reach: names without a topic, documents
    without a row, index entries without a document, and the counts of words.

    Returns the number of repairs.
    """
    wrong = 0
    for batch in batched(Tag.objects.order_by("pk").values_list("pk", flat=True), BATCH):
        wrong += refresh(tags=batch, again=True)
    for batch in batched(Reference.objects.order_by("pk").values_list("pk", flat=True), BATCH):
        wrong += refresh(references=batch, again=True)
    return wrong + _drop_orphans() + _drop_strays() + lexicon.recount()


def stale_digests() -> Collection[int]:
    """Ids of digests without a document of this version, and of digests with a live topic without
    one."""
    known = SearchDocument.objects.filter(analyzer_version=ANALYZER_VERSION).values("object_id")
    digests = Digest.objects.exclude(pk__in=known.filter(kind=DocumentKind.DIGEST))
    topics = Topic.objects.live().exclude(pk__in=known.filter(kind=DocumentKind.TOPIC))
    return {*digests.values_list("pk", flat=True), *topics.values_list("digest", flat=True)}


def _is_lost(collection: Searched) -> bool:
    documents = SearchDocument.objects.filter(collection=collection)
    return documents.exists() and not engines.current().document_ids(collection)


def _drop_orphans() -> int:
    rows: dict[DocumentKind, QuerySet[Any]] = {
        DocumentKind.TOPIC: Topic.objects.live(),
        DocumentKind.DIGEST: Digest.objects.all(),
        DocumentKind.TAG: Tag.objects.all(),
        DocumentKind.REFERENCE: Reference.objects.all(),
    }
    wrong = 0
    for kind, of_kind in rows.items():
        documents = SearchDocument.objects.filter(kind=kind)
        wrong += documents.exclude(object_id__in=of_kind.values("pk")).delete()[0]
    return wrong


def _drop_strays() -> int:
    engine, wrong = engines.current(), 0
    for collection in Searched:
        known = SearchDocument.objects.filter(collection=collection)
        places = set(known.values_list("place", flat=True))
        strays = [place for place in engine.document_ids(collection) if place not in places]
        engine.delete(collection, strays)
        wrong += len(strays)
    return wrong
