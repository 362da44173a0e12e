"""Failures of the database and the disk that pass, and one line in the log for them."""

import logging

from django.db import Error

from digests.failures import is_full_or_read_only, is_of_surroundings, reason


def is_passing(error: BaseException) -> bool:
    """True for a failure after which the same request may succeed: 503, and not 500."""
    return (isinstance(error, Error) and is_of_surroundings(error)) or is_full_or_read_only(error)


class OneLine(logging.Filter):
    """Leaves the trace out of what is logged of such a failure. While the database is away each
    request would log the same hundred lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error and is_passing(error):
            record.msg, record.args = f"{record.getMessage()}: {reason(error)}", ()
            record.exc_info = record.exc_text = None
        return True
