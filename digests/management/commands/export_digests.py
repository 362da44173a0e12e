import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from digests.exporting import digest_bytes, digest_json, with_exported_rows
from digests.models import Digest, DigestQuerySet

_BATCH = 100


class Command(BaseCommand):
    help = "Write digests back as files, or as JSON, one digest a line."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="default: every digest")
        parser.add_argument("--format", choices=["markdown", "json"], default="markdown")
        parser.add_argument("--output", metavar="DIR", help="the folder for the Markdown files")

    def handle(self, *args: Any, **options: Any) -> None:
        digests = _chosen(options["slugs"])
        if options["format"] == "json":
            if options["output"] is not None:
                raise CommandError(_("--output is for Markdown only"), returncode=2)
            for digest in with_exported_rows(digests).iterator(_BATCH):
                self.stdout.write(json.dumps(digest_json(digest), ensure_ascii=False))
        elif options["output"] is None:
            raise CommandError(_("--output is needed for Markdown"), returncode=2)
        else:
            self._write_files(digests, Path(options["output"]))

    def _write_files(self, digests: DigestQuerySet, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for digest in digests.select_related("imported").iterator(_BATCH):
                (folder / f"{digest.slug}.md").write_bytes(digest_bytes(digest))
        except OSError as error:
            raise CommandError(str(error)) from error


def _chosen(slugs: list[str]) -> DigestQuerySet:
    digests: DigestQuerySet = Digest.objects.order_by("slug")
    if not slugs:
        return digests
    found = set(digests.filter(slug__in=slugs).values_list("slug", flat=True))
    if missing := sorted(set(slugs) - found):
        raise CommandError(_("no such digest: {}").format(", ".join(missing)), returncode=2)
    return digests.filter(slug__in=slugs)
