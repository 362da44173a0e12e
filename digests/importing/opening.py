"""Sources → files in memory, and the address that each of them claims."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests.importing.report import FileReport
from digests.importing.sources import LeftOut, Source
from digests.models import Digest
from digests.parsing import ParseError

BATCH_FILES = 50
# The most that one transaction takes in: enough to share the costs of its queries, at most a
# second's work for which another writer waits.
BATCH_BYTES = 1024 * 1024

_SLUG_LENGTH = Digest._meta.get_field("slug").max_length or 0

# The slugs that the files of a run have taken, each with the path of its file.
Claims = dict[str, str]


@dataclass(frozen=True)
class OpenedFile:
    source: Source
    data: bytes = field(repr=False)
    sha256: str


def opened_batches(sources: Iterable[Source]) -> Iterator[list[OpenedFile | FileReport]]:
    """Read sources in batches, one for each transaction. One that cannot be read becomes its
    report."""
    batch: list[OpenedFile | FileReport] = []
    size = 0
    for source in sources:
        file = _opened(source)
        batch.append(file)
        size += len(file.data) if isinstance(file, OpenedFile) else 0
        if len(batch) == BATCH_FILES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def check_slug(slug: str) -> None:
    """Raise ParseError if this cannot be the address of a digest."""
    if not slug.isprintable():  # a lone surrogate stands for a byte that is not UTF-8
        raise ParseError(_("the name of the file is not UTF-8, or has control characters"))
    if len(slug) > _SLUG_LENGTH:
        message = _("the path is longer than {length} characters, too long for an address")
        raise ParseError(format_lazy(message, length=_SLUG_LENGTH))


def claim(claims: Claims, slug: str, source: Source) -> FileReport | None:
    """Claim a slug for a source. Returns the report of a failure if another file has it.

    Two files of one run with one slug would take turns in overwriting one digest.
    """
    other = claims.setdefault(slug, source.shown)
    if other == source.shown:
        return None
    message = _("its address, {slug}, was already taken by {other} in this run")
    return FileReport.failed(source.shown, 1, format_lazy(message, slug=slug, other=other))


def _opened(source: Source) -> OpenedFile | FileReport:
    try:
        if source.slug:
            check_slug(source.slug)
        data = source.read()
    except LeftOut as left_out:
        return FileReport.left_out(source.shown, left_out.message)
    except ParseError as error:
        return FileReport.failed(source.shown, error.line, error.message)
    return OpenedFile(source, data, hashlib.sha256(data).hexdigest())
