"""Uploads from a browser → sources: files, zip archives, a pasted text.

An archive's word is not trusted: its sizes are counted, and its paths are only names. Nothing is
written to disk.
"""

import stat
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests.importing.sources import STANDARD_INPUT, MemorySource, has_digest_suffix, slug_below
from digests.parsing import Message
from digests.text import unix_lines

MAX_FILES = 500
# Limit for all files together, packed and unpacked: some seconds' work for a web process. Larger
# imports are for the command.
MAX_UPLOAD_BYTES = 5 * 1024 * 1024

_ZIP = ".zip"
_ZIP_START = b"PK\x03\x04"
_ENCRYPTED = 0x1
_NAME_IS_UTF8 = 0x800
_NO_DATE = (1980, 1, 1, 0, 0, 0)  # where the count of a zip's years begins


class UploadError(Exception):
    """The upload as a whole cannot be imported; ``message`` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def read_uploads(
    files: Iterable[tuple[str, IO[bytes]]], text: str = "", name: str = ""
) -> list[MemorySource]:
    """The texts in ``files``, each with its name, and a pasted ``text``, which may have one.

    A file gets the slug that `import_digests FILE` would give it, and a file in an archive the one
    that it would get in a folder. Raises UploadError.
    """
    uploads = _Uploads()
    for file_name, file in files:
        uploads.add_file(file_name, file)
    if text.strip():
        uploads.add_text(text, name)
    return list(uploads.sources.values())


class _Uploads:
    def __init__(self) -> None:
        self.sources: dict[str, MemorySource] = {}
        self._room = MAX_UPLOAD_BYTES
        self._now = datetime.now(UTC)

    def add_file(self, name: str, file: IO[bytes]) -> None:
        is_zip = name.lower().endswith(_ZIP) or file.read(len(_ZIP_START)) == _ZIP_START
        file.seek(0)
        if is_zip:
            self._add_archive(name, file)
        else:
            self._add(MemorySource(name, Path(name).stem, self._read(file), self._now))

    def add_text(self, text: str, name: str) -> None:
        path, slug = STANDARD_INPUT, None
        if name:
            path = name if has_digest_suffix(name) else f"{name}.md"  # “v1.2” has no suffix
            slug = Path(path).stem
        self._add(MemorySource(path, slug, unix_lines(text).encode(), self._now))

    def _add_archive(self, name: str, file: IO[bytes]) -> None:
        with _explained(name), ZipFile(file) as archive:
            members = _visible(archive)
            if any(path.suffix.lower() == _ZIP for path in members):
                raise UploadError(format_lazy(_("{} holds another archive; unpack it."), name))
            digests = [item for item in members.items() if has_digest_suffix(item[0].name)]
            if not digests:
                raise UploadError(format_lazy(_("{} holds no .md or .markdown file."), name))
            folder = _only_folder(members)
            for path, info in sorted(digests, key=lambda item: _place(item[0])):
                _refuse_unreadable(name, info)
                with archive.open(info) as member:
                    content = self._read(member)
                modified = _modified_at(info, self._now)
                slug = slug_below(folder, path)
                self._add(MemorySource(f"{name}/{path}", slug, content, modified))

    def _read(self, file: IO[bytes]) -> bytes:
        content = file.read(self._room + 1)
        if len(content) > self._room:
            limit = MAX_UPLOAD_BYTES // 1024 // 1024
            message = _("This is more than {limit} MB. Import it with the command import_digests.")
            raise UploadError(format_lazy(message, limit=limit))
        self._room -= len(content)
        return content

    def _add(self, source: MemorySource) -> None:
        if source.path in self.sources:
            raise UploadError(format_lazy(_("There are two files called {}."), source.path))
        self.sources[source.path] = source
        if len(self.sources) > MAX_FILES:
            message = _("These are more than {limit} files. Import them with import_digests.")
            raise UploadError(format_lazy(message, limit=MAX_FILES))


def _visible(archive: ZipFile) -> dict[Path, ZipInfo]:
    """The files in it, by their path, as `find_sources` would see them once they are unpacked."""
    members: dict[Path, ZipInfo] = {}
    for info in archive.infolist():
        name = _decoded_name(info).replace("\\", "/")  # as some programs for Windows write it
        path = Path(*(part for part in name.split("/") if part not in {"", "."}))
        is_hidden = any(part.startswith(".") for part in path.parts) or "__MACOSX" in path.parts
        is_link = stat.S_ISLNK(info.external_attr >> 16)
        if not (name.endswith("/") or is_hidden or is_link or not path.parts):
            members[path] = info  # the last of a name wins, as if they were unpacked in turn
    return members


def _decoded_name(info: ZipInfo) -> str:
    """The name of a member of an archive.

    Without the flag for UTF-8 a name is in the encoding of the system that packed it, often GB18030
    on a Chinese Windows, and `zipfile` has decoded it as code page 437.
    """
    if info.flag_bits & _NAME_IS_UTF8:
        return info.filename
    raw = info.filename.encode("cp437")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _only_folder(members: Mapping[Path, ZipInfo]) -> str:
    """The folder on top if it holds everything: it is what was packed, not a part of a path."""
    tops = {path.parts[0] for path in members}
    is_only = len(tops) == 1 and all(len(path.parts) > 1 for path in members)
    return tops.pop() if is_only else "."


def _place(path: Path) -> list[tuple[bool, str]]:
    """Sort key for the order in which a folder is searched: its files, then its folders."""
    return [*((True, folder) for folder in path.parent.parts), (False, path.name)]


def _refuse_unreadable(name: str, info: ZipInfo) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise UploadError(format_lazy(_("{} is encrypted."), name))
    # The other ways unpack without a limit: a few kilobytes could fill the memory.
    if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        message = _("{} is compressed in a way that is not read here. Pack it as an ordinary zip.")
        raise UploadError(format_lazy(message, name))


def _modified_at(info: ZipInfo, now: datetime) -> datetime:
    """Dates in archives have no zone: they are local, and often nonsense."""
    try:
        modified = datetime(*info.date_time, tzinfo=timezone.get_default_timezone())
    except ValueError:
        return now
    is_sane = info.date_time != _NO_DATE and modified <= now + timedelta(days=1)
    return modified.astimezone(UTC) if is_sane else now


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn every error that `zipfile` raises for a broken archive into an UploadError.

    The list of types is from its documentation and from trying broken archives.
    """
    try:
        yield
    except (
        BadZipFile,
        EOFError,
        LookupError,
        OSError,
        OverflowError,
        RuntimeError,
        ValueError,
        zlib.error,
    ) as error:
        raise UploadError(format_lazy(_("{} cannot be read as a zip archive."), name)) from error
