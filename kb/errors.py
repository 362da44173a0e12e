"""Answers while the database is away: a page that says so, and one line in the log."""

import logging
import sys

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.views.defaults import server_error

from digests.management.failures import is_of_surroundings, reason

# Seconds after which a program may ask again.
_RETRY_AFTER = 10


def failed(request: HttpRequest) -> HttpResponse:
    """The answer to a request that raised an error: 503 where the database failed, else 500."""
    if not _is_of_database(sys.exc_info()[1]):
        return server_error(request)
    # Without context processors, which may ask the database.
    response = HttpResponse(get_template("503.html").render(), status=503)
    response.headers["Retry-After"] = str(_RETRY_AFTER)
    return response


class OneLine(logging.Filter):
    """Leaves the trace out of what is logged of a failure of the database. While it is away each
    request would log the same hundred lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error and _is_of_database(error):
            record.msg, record.args = f"{record.getMessage()}: {reason(error)}", ()
            record.exc_info = record.exc_text = None
        return True


def _is_of_database(error: BaseException | None) -> bool:
    return isinstance(error, Error) and is_of_surroundings(error)
