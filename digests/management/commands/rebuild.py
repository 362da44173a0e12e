import argparse
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import Length
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digests.changes.joining import update_keys
from digests.changes.transaction import write_transaction
from digests.deriving import ReadDigest, counting, derive, recount
from digests.management.failures import stopping_with
from digests.models import ContentVersion, Digest, Topic
from digests.rendering import RENDERER_VERSION
from digests.search import index

# Digests that share a transaction, and characters of their topics after which it ends: at most some
# seconds' work, for which other writers wait.
_BATCH, _CHARACTERS = 50, 500_000


class Command(BaseCommand):
    help = "Derive points, citations, HTML, file tags, counts and the search index anew."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--stale",
            action="store_true",
            help="only what another version of this program rendered; for after an upgrade",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with stopping_with(_("what was rebuilt so far stays; run it again")):
            self._rebuild(**options)

    def _rebuild(self, **options: Any) -> None:
        with write_transaction():
            index.repair()
        joined = update_keys()
        digests = Digest.objects.all()
        if options["stale"]:
            topics = Topic.objects.filter(digest=OuterRef("pk"))
            digests = digests.filter(
                ~Q(renderer_version=RENDERER_VERSION)
                | Exists(topics.exclude(renderer_version=RENDERER_VERSION))
            )
        keys = set(digests.values_list("pk", flat=True))
        if options["stale"]:
            keys.update(index.stale_digests())
        stale = 0
        for ids in _batches(sorted(keys)):
            with write_transaction():
                # Read again, because a digest may have been deleted since the list was made.
                batch = Digest.objects.filter(pk__in=ids)
                read = map(ReadDigest.from_rows, batch.prefetch_related("topics"))
                with counting(ids):
                    stale += derive(list(read))
                stale += index.refresh(digests=ids, again=True)
        if not options["stale"]:
            with write_transaction():
                stale += recount() + index.tidy()
                ContentVersion.objects.go_up()  # rows may have been changed by hand
        self.stdout.write(
            _("{digests} digests, {stale} stale rows").format(digests=len(keys), stale=stale)
        )
        if joined:
            told = ngettext("{joined} reference joined", "{joined} references joined", joined)
            self.stdout.write(told.format(joined=joined))


def _batches(keys: Iterable[int]) -> Iterator[list[int]]:
    """Cut the ids of digests into one list for each transaction."""
    of_digests = Topic.objects.order_by().values_list("digest")
    lengths = dict(of_digests.annotate(length=Sum(Length("body"))))
    batch: list[int] = []
    length = 0
    for key in keys:
        batch.append(key)
        length += lengths.get(key, 0)
        if len(batch) == _BATCH or length >= _CHARACTERS:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch
