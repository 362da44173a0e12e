"""Reasons of what is no fault of the program: a full disk, a database that is away or damaged, an
output that nobody reads any more.
"""

import errno

from django.db import (
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digests.text import as_one_line

_NO_TABLES = "42P01"
# Of a disk that is full or may not be written: what to do about it is the same for every file.
_OF_DISK = {
    errno.ENOSPC: gettext_lazy("the disk is full"),
    errno.EDQUOT: gettext_lazy("the disk is full"),
    errno.EROFS: gettext_lazy("the disk is read-only"),
}
_OF_FILES = _OF_DISK | {
    errno.EACCES: gettext_lazy("this user has no right to it"),
    errno.EPERM: gettext_lazy("this user has no right to it"),
    errno.ENOENT: gettext_lazy("there is no such file or folder"),
    errno.ENOTDIR: gettext_lazy("a part of the path is not a folder"),
    errno.EEXIST: gettext_lazy("a file of this name is in the way"),
    errno.EISDIR: gettext_lazy("this is a folder"),
    errno.EINVAL: gettext_lazy("this is no ordinary file"),
    errno.ENAMETOOLONG: gettext_lazy("its path is too long"),
}
# Parts of what SQLite says, and codes of PostgreSQL (its appendix A), with the meaning.
_REASONS: list[tuple[tuple[str, ...], Promise]] = [
    (("disk is full", "53100"), gettext_lazy("the disk is full")),
    (("disk I/O error", "58030"), gettext_lazy("the disk is full or fails")),
    (("readonly database", "25006"), gettext_lazy("the database is read-only")),
    (("database is locked", "55P03"), gettext_lazy("another process holds the database")),
    (
        ("unable to open database file",),
        gettext_lazy("the database file cannot be opened, or its folder is read-only"),
    ),
    (
        ("malformed", "file is not a database", "XX001", "XX002"),
        gettext_lazy("the database is damaged"),
    ),
    (
        ("no such table", "no such column", _NO_TABLES, "42703"),
        gettext_lazy("the database lacks tables or columns: run “migrate”"),
    ),
]


def is_of_surroundings(error: BaseException) -> bool:
    """True if an error is that of the disk, the database or the terminal, and not of a statement of
    ours."""
    if type(error) is DatabaseError or isinstance(error, ProgrammingError):
        return known_reason(error) is not None
    outside = OperationalError | InterfaceError | InternalError | OSError | KeyboardInterrupt
    return isinstance(error, outside)


def reason(error: BaseException) -> str:
    """The reason of such an error on one line, in the active language."""
    match error:
        case KeyboardInterrupt():
            return _("stopped")
        case BrokenPipeError():
            return _("stopped, as nobody reads the output")
        case OSError():
            name = f": {error.filename}" if error.filename else ""
            said = _OF_FILES.get(error.errno or 0, error.strerror or error)
            return as_one_line(f"{said}{name}")
    said = _("the database failed: {}").format(" ".join(str(error).split()))
    return known_reason(error) or as_one_line(said)


def is_full_or_read_only(error: BaseException) -> bool:
    """True for an error of a disk that is full or may not be written."""
    return isinstance(error, OSError) and error.errno in _OF_DISK


def known_reason(error: BaseException) -> str | None:
    """The reason in words for readers, without names of files; None if it is none that we know."""
    if isinstance(error, OSError):
        known = _OF_DISK.get(error.errno or 0)
        return None if known is None else str(known)
    code = getattr(error.__cause__, "sqlstate", None) if isinstance(error, DatabaseError) else None
    said = str(error)
    for signs, meaning in _REASONS:
        if code in signs or (code is None and any(sign in said for sign in signs)):
            return str(meaning)
    return None
