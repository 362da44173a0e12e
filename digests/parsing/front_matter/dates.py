"""Dates in the spellings that people and site generators use."""

import re
import unicodedata
from datetime import UTC, datetime, tzinfo

from digests.text import chinese_value

_SPELLING = re.compile(
    r"(?P<year>\d{4}) ?[-/._—年] ?(?P<month>\d{1,2}) ?[-/._—月] ?(?P<day>\d{1,2})(?: ?[日号號])?"
    r"(?:(?:[Tt]|,? ?)(?P<half>上午|下午|早上|凌晨|清晨|中午|傍晚|晚上|早|晚)? ?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})"
    r"(?::(?P<second>\d{1,2})(?:[.,](?P<fraction>\d+))?)?"
    r"(?: ?(?P<noon>[ap])\.?m\.?)?"
    r" ?(?P<zone>z|utc|gmt|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2}){0,2})?)?",
    re.ASCII | re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_IN_ENGLISH = [
    re.compile(rf"{_MONTH} ?{_DAY},? ?(?P<year>\d{{4}})(?!\d)", re.IGNORECASE | re.ASCII),
    re.compile(rf"{_DAY}[ -]?(?:of )?{_MONTH},?[ -]?(?P<year>\d{{4}})(?!\d)", re.I | re.ASCII),
]
_WEEKDAY = re.compile(
    r"[(\[][一二三四五六日][)\]]|[(\[]? ?(?:(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]"
    r"|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?) ?[)\]]?,?",
    re.IGNORECASE,
)
# Jul 10 19:31:56 2024, as C and git write it
_TIME_BEFORE_YEAR = re.compile(
    r"([a-z]{3} \d{1,2}) (\d\d:\d\d:\d\d) (\d{4})(?!\d)", re.I | re.ASCII
)
# A comment of RFC 2822 behind an offset: +0800 (CST)
_ZONE_NAME = re.compile(r"(?<=\d{4}) ?\([A-Za-z ]{1,30}\)\Z", re.ASCII)
_CHINESE_TIME = re.compile(
    r"(\d{1,2}) ?[时時点點] ?(?:(\d{1,2}) ?分? ?(?:(\d{1,2}) ?秒)?)?", re.ASCII
)
# 二〇二四年七月十日
_CHINESE_NUMBER = re.compile("[〇零一二三四五六七八九十]+(?=[年月日号號])")
_IN_NAME = re.compile(
    r"(?<!\d)(?:"
    r"(\d{4})([-_. ])(\d{1,2})\2(\d{1,2})"
    r"|(\d{4})年 ?(\d{1,2})月 ?(\d{1,2})"
    r"|(?P<plain>\d{4})(\d{2})(\d{2})"
    r"|\A(?P<short>\d{2})-(\d{2})-(\d{2})"
    r")(?!\d)",
    re.ASCII,
)

# Years that are read. A moment in them, and a year before and after it, exists in every zone.
YEARS = range(2, 9998)
# Years that eight digits without a sign between them may mean in a name; others are numbers.
_PLAUSIBLE = range(1980, 2100)


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


def date_in_name(name: str, zone: tzinfo) -> datetime | None:
    """The first day that the name of a file tells: ``2024-07-10``, ``24-07-10`` at its start,
    ``20240710``, ``周报_2024.07.10``, ``2024年7月10日``."""
    for match in _IN_NAME.finditer(unicodedata.normalize("NFKC", name)):
        year, month, day = map(int, filter(str.isdecimal, filter(None, match.groups())))
        try:
            moment = datetime(year + 2000 if match["short"] else year, month, day, tzinfo=zone)
        except ValueError:
            continue
        if moment.year in (_PLAUSIBLE if match["plain"] else YEARS):
            return moment
    return None


def _as_iso(written: str) -> str:
    match = _SPELLING.fullmatch(_in_digits(written))
    if match is None:
        return written
    day = f"{match['year']}-{match['month']:0>2}-{match['day']:0>2}"
    if match["hour"] is None:
        return day
    time = f"{_hour(match):02}:{match['minute']:0>2}:{match['second'] or '0':0>2}"
    fraction = (match["fraction"] or "")[:6]
    return f"{day}T{time}.{fraction:0<6}{_offset(match['zone'] or '')}"


def _in_digits(written: str) -> str:
    """Spell a date with digits in the order of ISO 8601, without the day of the week."""
    text = " ".join(_WEEKDAY.sub(" ", unicodedata.normalize("NFKC", written)).split()).rstrip(" ,")
    text = _TIME_BEFORE_YEAR.sub(r"\1 \3 \2", text)
    text = _ZONE_NAME.sub("", text)
    text = _CHINESE_NUMBER.sub(lambda match: str(chinese_value(match.group())), text)
    for pattern in _IN_ENGLISH:
        if match := pattern.match(text):
            month = 1 + _MONTHS.index(match["month"][:3].lower())
            rest = text[match.end() :].removeprefix(" at")
            text = f"{match['year']}-{month}-{match['day']}{rest}"
    return _CHINESE_TIME.sub(lambda time: ":".join(part or "00" for part in time.groups()), text)


def _hour(match: re.Match[str]) -> int:
    hour, half, noon = int(match["hour"]), match["half"], (match["noon"] or "").lower()
    if noon and hour == 12:
        hour = 0
    is_after_noon = (
        noon == "p" or half in {"下午", "傍晚", "晚上", "晚"} or (half == "中午" and hour < 3)
    )
    return hour + 12 if is_after_noon and hour < 12 else hour


def _offset(zone: str) -> str:
    if not zone:
        return ""
    zone = zone.upper().removeprefix("UTC").removeprefix("GMT")
    if len(zone) == len("+8"):
        zone = f"{zone[0]}0{zone[1]}"
    return zone or "Z"
