"""Dates in the spellings that people and site generators use."""

import re
from datetime import UTC, datetime, tzinfo

_SPELLING = re.compile(
    r"(?P<year>\d{4}) ?[-/.年] ?(?P<month>\d{1,2}) ?[-/.月] ?(?P<day>\d{1,2})(?: ?日)?"
    r"(?:[Tt\s]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?"
    r"\s*(?P<zone>[Zz]|[+-]\d{2}(?::?\d{2}){0,2})?)?",
    re.ASCII,
)


# Years that are read. A moment in them, and a year before and after it, exists in every zone.
YEARS = range(2, 9998)


def read_moment(written: str, zone: tzinfo) -> datetime:
    """Parse a date into a moment in UTC. No time means midnight, no offset means ``zone``.

    UTC, because PostgreSQL refuses offsets of more than 15 hours, which a file may hold. Raises
    ValueError for text that is no date, for impossible dates, and for years outside ``YEARS``.
    """
    moment = datetime.fromisoformat(_as_iso(written))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    if aware.year not in YEARS:
        raise ValueError(written)
    moment = aware.astimezone(UTC)
    if moment.year not in YEARS:
        raise ValueError(written)
    return moment


def _as_iso(written: str) -> str:
    match = _SPELLING.fullmatch(written)
    if match is None:
        return written
    day = f"{match['year']}-{match['month']:0>2}-{match['day']:0>2}"
    if match["hour"] is None:
        return day
    time = f"{match['hour']:0>2}:{match['minute']}:{match['second'] or '00'}"
    fraction = (match["fraction"] or "")[:6]
    return f"{day}T{time}.{fraction:0<6}{(match['zone'] or '').upper()}"
