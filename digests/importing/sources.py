"""Paths → texts to import, each with the slug of its digest."""

import errno
import os
import stat
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from unicodedata import normalize

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests.parsing import Message, ParseError

SUFFIXES = {".md", ".markdown"}
STANDARD_INPUT = "-"
MAX_BYTES = 10 * 1024 * 1024
# A file that changes while it is read, as one that is still being copied, is read once more.
_READINGS = 2


@dataclass(frozen=True)
class Source(ABC):
    """A text to import. ``path`` names it as a person would."""

    path: str
    # None for a text without a name, whose slug comes from its content.
    slug: str | None

    def __post_init__(self) -> None:
        # macOS spells names in NFD and most others in NFC: one file must not become two digests.
        if self.slug is not None:
            object.__setattr__(self, "slug", normalize("NFC", self.slug))

    @property
    def shown(self) -> str:
        """The path as text: a name that is not UTF-8 cannot be stored or printed as it is."""
        return self.path.encode(errors="replace").decode()

    @property
    def name(self) -> str:
        """The file's name without suffix."""
        return normalize("NFC", Path(self.path).stem)

    @property
    def place(self) -> str:
        """The absolute path; empty for a text that lies on no disk."""
        return ""

    @abstractmethod
    def read(self) -> bytes:
        """Return the bytes. Raises ParseError if they cannot be read or pass MAX_BYTES."""

    @abstractmethod
    def modified_at(self) -> datetime:
        """Return the time of the last change. Raises ParseError if the file is gone."""


class FileSource(Source):
    @property
    def place(self) -> str:
        return str(Path(self.shown).absolute())

    def read(self) -> bytes:
        path = Path(self.path)
        with _explained():
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode):
                os.scandir(path).close()  # one that may not be searched says so itself
            if not stat.S_ISREG(mode):  # to open a pipe would wait for its writer
                raise ParseError(_("this is not a file"))
            for _again in range(_READINGS):
                before = path.stat()
                with path.open("rb") as file:
                    data = _read_limited(file)
                after = path.stat()
                if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
                    return data
        raise ParseError(_("the file changes while it is read: import it again once it is whole"))

    def modified_at(self) -> datetime:
        with _explained():
            return datetime.fromtimestamp(Path(self.path).stat().st_mtime, UTC)


class LeftOut(ParseError):
    """Raised for a source that is not imported, which is no failure."""


class LinkSource(FileSource):
    """A link that an import leaves out, because it leads out of the folder that was named, or to
    what is hidden there: whoever may write a link into the folder could publish any file that the
    importing user may read."""

    def read(self) -> bytes:
        raise LeftOut(_("this link leads out of the folder, or to a hidden file: it is left out"))


class StandardInput(Source):
    def __init__(self) -> None:
        super().__init__(STANDARD_INPUT, None)

    def read(self) -> bytes:
        return _read_limited(sys.stdin.buffer)

    def modified_at(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class MemorySource(Source):
    """A text that is in memory, as of a file that an editor sent."""

    content: bytes = field(repr=False)
    modified: datetime

    def read(self) -> bytes:
        return self.content

    def modified_at(self) -> datetime:
        return self.modified


def find_sources(paths: Iterable[str]) -> Iterator[Source]:
    """Yield the digest files at ``paths``; folders are searched recursively, in order of names.

    A path that cannot be read is a source too, whose `read` raises the error: a path that does not
    exist, a folder that may not be searched, a folder with the name of a digest file. A file that
    is named twice, as by its folder and by itself, is yielded once, because its second import
    would report that nothing changed. Each is yielded as soon as it is found.
    """
    # `dict.fromkeys` would search all folders before the first file could be imported.
    met: set[Source] = set()
    for source in _sources(paths):
        if source not in met:
            met.add(source)
            yield source


def _sources(paths: Iterable[str]) -> Iterator[Source]:
    for path in paths:
        if path == STANDARD_INPUT:
            yield StandardInput()
            continue
        # Unlike Path.is_dir, False for a path that is too long or closed to us.
        is_folder = os.path.isdir(path)  # noqa: PTH112
        if not is_folder or has_digest_suffix(path):
            yield FileSource(path, Path(path).stem)
        if is_folder:
            yield from _in_folder(path)


def slug_below(folder: str, path: Path) -> str:
    """``2024/07/10.md`` → ``2024-07-10``; ``notes/index.md`` → ``notes``."""
    parts = list(path.relative_to(folder).with_suffix("").parts)
    if len(parts) > 1 and parts[-1] == "index":
        parts.pop()
    return "-".join(parts)


def has_digest_suffix(name: str) -> bool:
    return Path(name).suffix.lower() in SUFFIXES


def _in_folder(folder: str) -> Iterator[Source]:
    # Links to folders are not followed, so a loop of them ends. Where they lead to within the
    # folder, the search comes by itself.
    closed: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        visible = sorted(name for name in files if not name.startswith("."))
        for name in [*folders, *filter(has_digest_suffix, visible)]:
            path = Path(root, name)
            if path.is_symlink() and _leads_out(path, folder):
                yield LinkSource(str(path), "")
            elif has_digest_suffix(name):
                yield FileSource(str(path), slug_below(folder, path))
    for error in closed:
        yield FileSource(error.filename, "")


def _leads_out(link: Path, folder: str) -> bool:
    """True if a link leads to nothing that a search of the folder would find at its own place."""
    target = os.path.realpath(link)
    if not os.path.lexists(target):  # a broken link, which says so itself
        return False
    inside = os.path.relpath(target, os.path.realpath(folder))
    return any(part.startswith(".") for part in Path(inside).parts)


def _read_limited(file: BinaryIO) -> bytes:
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise ParseError(format_lazy(_("the file is larger than {limit} MB"), limit=limit))
    return data


@contextmanager
def _explained() -> Iterator[None]:
    """Turn an OSError into a ParseError in the reader's language."""
    try:
        yield
    except OSError as error:
        other = format_lazy(_("the file cannot be read: {}"), error.strerror or str(error))
        raise ParseError(_REASONS.get(error.errno or 0, other)) from error


_REASONS: dict[int, Message] = {
    errno.ENOENT: _("there is no such file"),
    errno.EACCES: _("the file may not be read"),
    errno.EPERM: _("the file may not be read"),
    errno.ELOOP: _("its links lead in a circle"),
    errno.ENAMETOOLONG: _("its path is too long"),
    errno.ENOTDIR: _("a part of its path is not a folder"),
}
