"""The end of a command for what is no fault of the program, in one line.

`manage.py` gives it to every command; a command that knows more says what is in.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from digests.failures import is_of_surroundings, reason

# Exit statuses: of a failed database or disk, of Ctrl-C and of a closed output as shells report it.
FAILED = 3
STOPPED = 128 + signal.SIGINT
NOBODY_READS = 128 + signal.SIGPIPE


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
