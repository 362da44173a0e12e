import argparse
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import track

from digests import importing
from digests.importing import FileReport, Source, Status, Summary, TopicOutcome
from digests.management.failures import stopping_with
from digests.management.json_lines import json_line
from digests.models import ImportRun, Point
from digests.text import as_one_line

_LABELS_SHOWN = 10


class Command(BaseCommand):
    help = "Import digest files. An editor's work is never overwritten."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "paths",
            nargs="*",
            metavar="PATH",
            help="files, folders (to their bottom), or - for standard input; default: seeds/",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, only")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--quiet", action="store_true", help="only errors, no progress bar")
        parser.add_argument(
            "--first", action="store_true", help="do nothing if an import was ever finished"
        )

        parser.add_argument(
            "--allow-shrink",
            action="store_true",
            help="import files too that would archive most topics of their digests",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["first"] and ImportRun.objects.filter(finished_at__isnull=False).exists():
            return
        paths = options["paths"] or [str(settings.BASE_DIR / "seeds")]
        sources = importing.find_sources(paths)
        summary = Summary()
        with stopping_with(_("what was reported is in, the next run does the rest")):
            for report in importing.import_sources(
                self._with_progress(sources, quiet=options["quiet"]),
                origin=as_one_line(" ".join(paths)),
                dry_run=options["dry_run"],
                may_shrink=lambda _source: options["allow_shrink"],
            ):
                summary.add(report)
                self._print(report, options)
            self._print_summary(summary, options)
            self.stdout.flush()
        if summary.failed:
            sys.exit(1)

    def _with_progress(self, sources: Iterable[Source], *, quiet: bool) -> Iterable[Source]:
        console = Console(stderr=True)
        if quiet or not console.is_terminal:
            return sources
        return track(list(sources), description=_("Importing"), console=console)

    def _print(self, report: FileReport, options: dict[str, Any]) -> None:
        if options["format"] == "json":
            self._print_json(report.as_json())
        elif report.error:
            message = f"{report.path}:{report.error.line}: {report.error.message}"
            self.stderr.write(as_one_line(message))
        elif not options["quiet"]:
            for line in _lines(report):
                self.stdout.write(as_one_line(line))
            for line in _plan(report) if options["dry_run"] else ():
                self.stdout.write(as_one_line(line))

    def _print_summary(self, summary: Summary, options: dict[str, Any]) -> None:
        if options["format"] == "json":
            self._print_json(summary.as_json())
        elif not options["quiet"]:
            text = _(
                "{files} files: {created} created, {updated} updated, {unchanged} unchanged, "
                "{failed} failed, {conflicts} conflicts"
            )
            self.stdout.write(text.format(files=summary.files, **summary.outcomes))
            labels = Point.objects.live().unknown_labels()
            if (summary.created or summary.updated) and labels:
                shown = [f"{label} ×{n}" for label, n in labels.items()][:_LABELS_SHOWN]
                text = _("{count} labels of no known kind in all: {labels}")
                line = text.format(count=len(labels), labels=_(", ").join(shown))
                self.stdout.write(as_one_line(line))

    def _print_json(self, value: dict[str, Any]) -> None:
        self.stdout.write(json_line(value))


def _lines(report: FileReport) -> Iterator[str]:
    for warning in report.warnings:
        yield f"{report.path}:{warning.line}: {warning.message} [{warning.code}]"
    if report.status is not Status.UNCHANGED:
        yield f"{report.path}: {report.status.label} {_topics(report)}".rstrip()


def _plan(report: FileReport) -> Iterator[str]:
    """Lines of a dry run: the outcome for the digest itself and for each changed topic."""
    itself = report.digest_outcome
    if itself and itself is not TopicOutcome.UNCHANGED:
        name = _("the digest itself")
        yield f"    {name}: {itself.label}"
    for change in report.changes:
        if change.outcome is not TopicOutcome.UNCHANGED:
            yield f"    {change.title or '–'}: {change.outcome.label}"


def _topics(report: FileReport) -> str:
    words = {
        "created": _("{} new topics"),
        "updated": _("{} updated"),
        "unchanged": _("{} unchanged"),
        "kept": _("{} kept as edited"),
        "archived": _("{} archived"),
        "conflicts": _("{} in conflict"),
    }
    counts = report.as_json()["topics"]
    return _(", ").join(words[name].format(count) for name, count in counts.items() if count)
