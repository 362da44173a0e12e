import argparse
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from digests.exporting import digest_bytes, digest_json, fetch_exported_rows, first_difference
from digests.grouping import batched
from digests.importing import LinkSource, Source, find_sources
from digests.management.failures import stopping_with
from digests.management.json_lines import json_line
from digests.models import Digest, DigestQuerySet
from digests.parsing import ParseError
from digests.text import as_one_line
from digests.whole_files import remove_leftovers, whole_file

# Digests in memory at a time. A digest of 200 KB is 2 MB with the rows of its JSON.
_BATCH = 20
# Begins the names of files that are being written.
_PREFIX = ".export_digests-"


class Command(BaseCommand):
    help = "Write digests back as files, or as JSON, one digest a line; or compare them with files."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="default: every digest")
        parser.add_argument("--format", choices=["markdown", "json"], default="markdown")
        parser.add_argument(
            "--output", metavar="PATH", help="the folder for the Markdown files; the file for JSON"
        )
        parser.add_argument(
            "--check",
            metavar="DIR",
            help="write nothing; name what differs from the files in this folder",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        slugs = _existing(options["slugs"])
        is_json, output, check = options["format"] == "json", options["output"], options["check"]
        if check is not None:
            if is_json or output is not None:
                raise CommandError(_("--check goes with neither JSON nor --output"), returncode=2)
            self._check(slugs, check)
        elif is_json and output is None:
            with stopping_with(_("the output is not whole")):
                for line in _json_lines(slugs):
                    self.stdout.write(line)
                self.stdout.flush()
        elif output is None:
            raise CommandError(_("--output is needed for Markdown"), returncode=2)
        else:
            with stopping_with(_("the files written so far are whole")), _private_if_the_site_is():
                (_write_json if is_json else _write_files)(slugs, Path(output))

    def _check(self, slugs: Collection[str], folder: str) -> None:
        if not Path(folder).is_dir():
            name = as_one_line(folder)
            raise CommandError(_("no such folder: {}").format(name), returncode=2)
        is_same = True
        for difference in _differences(slugs, folder):
            is_same = False
            self.stdout.write(as_one_line(difference))
        if not is_same:
            sys.exit(1)
        count = len(slugs) or Digest.objects.count()
        self.stdout.write(_("{} digests, all the same").format(count))


@contextmanager
def _private_if_the_site_is() -> Iterator[None]:
    """Have new files readable by their owner alone where readers have to log in."""
    if not settings.KB_LOGIN_REQUIRED:
        yield
        return
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _existing(slugs: Iterable[str]) -> list[str]:
    """Sort the slugs that the command names. Raises CommandError if one has no digest."""
    chosen = sorted(set(slugs))
    found: set[str] = set()
    for some in batched(chosen, _BATCH):
        known = Digest.objects.filter(slug__in=filter(str.isprintable, some))
        found.update(known.values_list("slug", flat=True))
    if missing := [slug for slug in chosen if slug not in found]:
        names = as_one_line(", ".join(missing))
        raise CommandError(_("no such digest: {}").format(names), returncode=2)
    return chosen


def _batches(digests: DigestQuerySet, slugs: Collection[str]) -> Iterator[list[Digest]]:
    """Yield the digests of these slugs, or all of them, a batch at a time in the order of slugs.

    Each batch is a query of its own: neither its text nor the memory grows with the digests, and
    no cursor holds back the database's checkpoints while the rest is written.
    """
    digests = digests.order_by("slug")
    for some in batched(slugs, _BATCH):
        yield list(digests.filter(slug__in=some))
    rest = digests if not slugs else digests.none()
    while batch := list(rest[:_BATCH]):
        yield batch
        rest = digests.filter(slug__gt=batch[-1].slug)


def _json_lines(slugs: Collection[str]) -> Iterator[str]:
    for batch in _batches(Digest.objects.without_texts(), slugs):
        fetch_exported_rows(batch)
        for digest in batch:
            yield json_line(digest_json(digest))


def _write_json(slugs: Collection[str], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(path.parent, _PREFIX)
    with whole_file(path, _PREFIX) as file:
        for line in _json_lines(slugs):
            file.write(f"{line}\n".encode())


def _write_files(slugs: Collection[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    remove_leftovers(folder, _PREFIX)
    for batch in _batches(Digest.objects.select_related("imported"), slugs):
        for digest in batch:
            with whole_file(folder / f"{digest.slug}.md", _PREFIX) as file:
                file.write(digest_bytes(digest))


def _differences(slugs: Collection[str], folder: str) -> Iterator[str]:
    """Yield a line for each difference. Without ``slugs``, a file without a digest is one."""
    chosen, met = set(slugs), set[str]()
    found = (each for each in find_sources([folder]) if not isinstance(each, LinkSource))
    for sources in batched(found, _BATCH):
        # No digest is called otherwise, and no database takes a name that is not UTF-8.
        slugs_of_files = [source.slug for source in sources if (source.slug or "").isprintable()]
        rows = Digest.objects.filter(slug__in=slugs_of_files)
        by_slug = {digest.slug: digest for digest in rows.select_related("imported")}
        for source in sources:
            digest = by_slug.get(source.slug or "")
            if digest and (not chosen or digest.slug in chosen):
                met.add(digest.slug)
                yield from _difference(digest, source)
            elif not chosen:
                reason = _("no such digest")
                yield f"{source.shown}:1: {reason}"
    for batch in _batches(Digest.objects.only("slug"), slugs):
        for digest in batch:
            if digest.slug not in met:
                reason = _("there is no file of this digest")
                yield f"{digest.slug}: {reason}"


def _difference(digest: Digest, source: Source) -> Iterator[str]:
    try:
        line = first_difference(digest, source.read())
    except ParseError as error:
        yield f"{source.shown}:{error.line}: {error.message}"
    else:
        if line is not None:
            message = _("differs from the digest “{}”").format(digest.slug)
            yield f"{source.shown}:{line}: {message}"
