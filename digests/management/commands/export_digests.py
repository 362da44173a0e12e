import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from digests.exporting import digest_bytes, digest_json, first_difference, with_exported_rows
from digests.grouping import batched
from digests.importing import Source, find_sources
from digests.models import Digest, DigestQuerySet
from digests.parsing import ParseError

_BATCH = 100


class Command(BaseCommand):
    help = "Write digests back as files, or as JSON, one digest a line; or compare them with files."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="default: every digest")
        parser.add_argument("--format", choices=["markdown", "json"], default="markdown")
        parser.add_argument("--output", metavar="DIR", help="the folder for the Markdown files")
        parser.add_argument(
            "--check",
            metavar="DIR",
            help="write nothing; name what differs from the files in this folder",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        digests = _chosen(options["slugs"])
        is_json, output, check = options["format"] == "json", options["output"], options["check"]
        if check is not None:
            if is_json or output is not None:
                raise CommandError(_("--check goes with neither JSON nor --output"), returncode=2)
            self._check(digests, check, is_everything=not options["slugs"])
        elif is_json:
            if output is not None:
                raise CommandError(_("--output is for Markdown only"), returncode=2)
            for digest in with_exported_rows(digests).iterator(_BATCH):
                self.stdout.write(json.dumps(digest_json(digest), ensure_ascii=False))
        elif output is None:
            raise CommandError(_("--output is needed for Markdown"), returncode=2)
        else:
            self._write_files(digests, Path(output))

    def _write_files(self, digests: DigestQuerySet, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for digest in digests.select_related("imported").iterator(_BATCH):
                (folder / f"{digest.slug}.md").write_bytes(digest_bytes(digest))
        except OSError as error:
            raise CommandError(str(error)) from error

    def _check(self, digests: DigestQuerySet, folder: str, *, is_everything: bool) -> None:
        if not Path(folder).is_dir():
            raise CommandError(_("no such folder: {}").format(folder), returncode=2)
        is_same = True
        for difference in _differences(digests, folder, is_everything=is_everything):
            is_same = False
            self.stdout.write(difference)
        if not is_same:
            sys.exit(1)
        self.stdout.write(_("{} digests, all the same").format(digests.count()))


def _chosen(slugs: list[str]) -> DigestQuerySet:
    digests: DigestQuerySet = Digest.objects.order_by("slug")
    if not slugs:
        return digests
    found = set(digests.filter(slug__in=slugs).values_list("slug", flat=True))
    if missing := sorted(set(slugs) - found):
        raise CommandError(_("no such digest: {}").format(", ".join(missing)), returncode=2)
    return digests.filter(slug__in=slugs)


def _differences(digests: DigestQuerySet, folder: str, *, is_everything: bool) -> Iterator[str]:
    """Yield a line for each difference. With ``is_everything``, a file without a digest is one."""
    met: set[str] = set()
    for sources in batched(find_sources([folder]), _BATCH):
        slugs = [source.slug for source in sources]
        rows = digests.filter(slug__in=slugs).select_related("imported")
        by_slug = {digest.slug: digest for digest in rows}
        met.update(by_slug)
        for source in sources:
            digest = by_slug.get(source.slug or "")
            if digest:
                yield from _difference(digest, source)
            elif is_everything:
                reason = _("no such digest")
                yield f"{source.shown}:1: {reason}"
    for slug in digests.values_list("slug", flat=True).iterator():
        if slug not in met:
            reason = _("there is no file of this digest")
            yield f"{slug}: {reason}"


def _difference(digest: Digest, source: Source) -> Iterator[str]:
    try:
        line = first_difference(digest, source.read())
    except ParseError as error:
        yield f"{source.shown}:{error.line}: {error.message}"
    else:
        if line is not None:
            message = _("differs from the digest “{}”").format(digest.slug)
            yield f"{source.shown}:{line}: {message}"
