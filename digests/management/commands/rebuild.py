import argparse
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from digests.changes.transaction import write_transaction
from digests.deriving import ReadDigest, counting, derive, recount
from digests.grouping import batched
from digests.models import ContentVersion, Digest, Topic
from digests.rendering import RENDERER_VERSION
from digests.search import index

_BATCH = 50


class Command(BaseCommand):
    help = "Derive points, citations, HTML, file tags, counts and the search index anew."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--stale",
            action="store_true",
            help="only what another version of this program rendered; for after an upgrade",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with write_transaction():
            index.repair()
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
        for ids in batched(sorted(keys), _BATCH):
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
