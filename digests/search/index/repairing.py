"""Repair of an index that cannot be kept up to date: it is emptied, and made anew by `rebuild`."""

from digests.models import SearchDocument, SearchWord
from digests.search import engines
from digests.search.engines import Collection
from digests.search.language.tokenizer import ANALYZER_VERSION


def repair() -> None:
    """Empty the index if the engine's tables are damaged, or if they hold anything but the tokens
    of the stored documents: an engine can only delete those.

    Everything is stale then, so that a later rebuild goes on if this one is killed.
    """
    is_old = SearchDocument.objects.exclude(analyzer_version=ANALYZER_VERSION).exists()
    if is_old or engines.current().verify() or any(map(_is_astray, Collection)):
        empty()


def empty() -> None:
    """Make empty tables, and forget all documents and words."""
    engines.current().create()
    SearchDocument.objects.all().delete()
    SearchWord.objects.all().delete()


def _is_astray(collection: Collection) -> bool:
    documents = SearchDocument.objects.filter(collection=collection).order_by("place")
    stored = list(documents.values_list("place", flat=True))
    return engines.current().document_ids(collection) != stored
