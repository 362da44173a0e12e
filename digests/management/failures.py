"""One line for what is no fault of the program: a full disk, a database that is away or damaged, an
output that nobody reads any more.

`manage.py` gives it to every command; a command that knows more says what is in.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from django.core.management.base import CommandError
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

# Exit statuses: of a failed database or disk, of Ctrl-C and of a closed output as shells report it.
FAILED = 3
STOPPED = 128 + signal.SIGINT
NOBODY_READS = 128 + signal.SIGPIPE

_NO_TABLES = "42P01"
# Parts of what SQLite says, and codes of PostgreSQL (its appendix A), with the meaning.
_REASONS: list[tuple[tuple[str, ...], Promise]] = [
    (("disk is full", "53100"), gettext_lazy("the disk is full")),
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
        return _known_reason(error) is not None
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
            return as_one_line(f"{error.strerror or error}{name}")
    said = _("the database failed: {}").format(" ".join(str(error).split()))
    return _known_reason(error) or as_one_line(said)


@contextmanager
def stopping_with(consequence: str) -> Iterator[None]:
    """Turn an error of our surroundings into a CommandError, which ends in one line.
    ``consequence`` says what is in and what is not."""
    try:
        yield
    except (Exception, KeyboardInterrupt) as error:
        if not is_of_surroundings(error):
            raise
        told = _("{reason}; {consequence}").format(reason=reason(error), consequence=consequence)
        raise CommandError(told, returncode=_status(error)) from error


def end(error: BaseException) -> NoReturn:
    """End the process with one line for an error of its surroundings, and with its exit status."""
    sys.stderr.write(f"{reason(error)}\n")
    sys.exit(_status(error))


def _status(error: BaseException) -> int:
    """The exit status for an error."""
    if isinstance(error, BrokenPipeError):
        # Python would complain at its end that it cannot flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    return STOPPED if isinstance(error, KeyboardInterrupt) else FAILED


def _known_reason(error: BaseException) -> str | None:
    code = getattr(error.__cause__, "sqlstate", None) if isinstance(error, DatabaseError) else None
    said = str(error)
    for signs, meaning in _REASONS:
        if code in signs or (code is None and any(sign in said for sign in signs)):
            return str(meaning)
    return None
