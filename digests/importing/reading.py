"""Stage 2: parses and renders files, and settles their slugs, dates and tags."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests import text
from digests.importing.opening import Claims, OpenedFile, check_slug, claim
from digests.importing.report import FileReport
from digests.importing.sources import Source
from digests.models import Tag
from digests.parsing import Message, ParsedDigest, ParseError, ParseWarning, decode, parse_digest
from digests.rendering import RenderedBody, render
from digests.vocabulary import WarningCode

_TAG_LENGTH = Tag._meta.get_field("name").max_length or 0


@dataclass(frozen=True)
class Incoming:
    """A digest file, ready to be written. ``published_at`` and ``tags`` are the ones to use.

    ``bodies`` are rendered, the preamble's first. ``parsed`` has no bodies any more: many files
    wait for one transaction, and tokens take thirty times the room of their text.
    """

    source: Source
    slug: str
    sha256: str
    encoding: str
    parsed: ParsedDigest
    bodies: tuple[RenderedBody, ...]
    published_at: datetime
    tags: tuple[str, ...]
    warnings: tuple[ParseWarning, ...]


def read_files(
    files: Sequence[OpenedFile | FileReport], claims: Claims
) -> list[Incoming | FileReport]:
    """Parse the files of a batch. One that is no digest becomes its report."""
    return [_read(file, claims) if isinstance(file, OpenedFile) else file for file in files]


def _read(file: OpenedFile, claims: Claims) -> Incoming | FileReport:
    try:
        incoming = _incoming(file)
    except ParseError as error:
        return FileReport.failed(file.source.shown, error.line, error.message)
    return claim(claims, incoming.slug, file.source) or incoming


def _incoming(file: OpenedFile) -> Incoming:
    """Raises ParseError if the file cannot be a digest, or vanished meanwhile."""
    source = file.source
    content, encoding = decode(file.data)
    slug, zone = source.slug, timezone.get_default_timezone()
    parsed = parse_digest(content, name=source.name if slug else "", zone=zone)
    if slug is None:
        slug, parsed = _named(parsed)
        check_slug(slug)
    doubts: dict[WarningCode, Message] = {}
    if parsed.published_at is None:
        doubts[WarningCode.DATE_GUESSED] = _("no date: the file's modification time is used")
    if encoding == "gb18030":
        doubts[WarningCode.ENCODING_GUESSED] = _("the text is no UTF-8; it was read as GB18030")
    tags = tuple(tag for tag in parsed.tags if len(tag) <= _TAG_LENGTH)
    if len(tags) < len(parsed.tags):
        message = _("a tag of more than {length} characters is left out")
        doubts[WarningCode.TAG_TOO_LONG] = format_lazy(message, length=_TAG_LENGTH)
    return Incoming(
        source=source,
        slug=slug,
        sha256=file.sha256,
        encoding=encoding,
        parsed=replace(parsed, bodies=()),
        bodies=tuple(render(body) for body in parsed.bodies),
        published_at=parsed.published_at or source.modified_at(),
        tags=tags,
        warnings=(*parsed.warnings, *(ParseWarning(1, *doubt) for doubt in doubts.items())),
    )


def _named(parsed: ParsedDigest) -> tuple[str, ParsedDigest]:
    """Slug and title where there is no file's name: the day, as files are called, or the title.

    Raises ParseError if the text has neither.
    """
    if parsed.published_at:
        day = timezone.localtime(parsed.published_at).date().isoformat()
        return day, replace(parsed, title=parsed.title or day)
    if not parsed.title:
        raise ParseError(_("what has no file name needs a title or a date"))
    return text.slug_or_hash(parsed.title), parsed
