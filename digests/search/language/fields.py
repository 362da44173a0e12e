"""Fields of a query: ``tag:RAG``, ``论文`` as a ``kind:``, months and days."""

import re
from datetime import date, timedelta

from digests import identity
from digests.search.language import tokenizer
from digests.search.language.tree import Days, Filter, filter_value
from digests.vocabulary import PointKind, ReferenceKind

_FIELDS = {
    "tag": "标签", "label": "要点", "kind": "类型", "ref": "引用",
    "digest": "文摘", "before": "早于", "after": "晚于", "is": "状态",
}  # fmt: skip
# Addresses and DOIs, in which brackets may stand; and arXiv numbers.
_ADDRESS = re.compile(
    r"(?:https?[:：]//|(?:doi[:：])?10\.\d{4,9}(?:\.\d+)*/|(?:[a-z\d-]+\.)+[a-z]{2,}/)[^\s]", re.I
)
_ARXIV = re.compile(r"(?:arxiv[:：])?(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z-]+)?/\d{7})(?:v\d+)?", re.I)
_SCHEME = re.compile(r"https?[:：]//(?:www\.)?", re.I)
_OTHER = {"other", "其他", "其它"}
_EDITED = {"edited", "已编辑"}
_DATE = re.compile(
    r"(?P<year>\d{4})(?:年|[-/.年](?P<month>\d{1,2})(?:月|[-/.月](?P<day>\d{1,2})日?)?)?", re.ASCII
)
# Years beyond are clamped to these, so that each day has a following day, and a midnight
# in every time zone.
_FIRST_YEAR, _LAST_YEAR = 2, 9997


def field_named(name: str) -> str:
    """The field with this name, in any case and width; empty if there is none."""
    folded = tokenizer.fold(name)
    return next((field for field in _FIELDS if folded in (field, _FIELDS[field])), "")


def condition(field: str, value: str) -> Filter | Days | None:
    """The condition of a field with this value; None if the value is invalid."""
    value = value.strip()
    if not value:
        return None
    match field:
        case "before" | "after":
            return _days(field, value)
        case "label":
            kind = PointKind.from_label(tokenizer.fold(value))
            name = filter_value(value) if kind is PointKind.OTHER else kind.value
            return Filter(field, name, typed=value)
        case "kind":
            label = tokenizer.fold(value)
            kind_of_reference = ReferenceKind.from_label(label)
            is_unknown = kind_of_reference is ReferenceKind.OTHER and label not in _OTHER
            return None if is_unknown else Filter(field, kind_of_reference.value)
        case "ref":
            key = _reference_key(value)
            return Filter(field, filter_value(key), typed=key) if key else None
        case "is":
            return Filter(field, "edited") if tokenizer.fold(value) in _EDITED else None
        case _:
            return Filter(field, filter_value(value), typed=value)


def is_address(typed: str, at: int = 0) -> bool:
    """True if an address or a DOI begins at this offset."""
    return _ADDRESS.match(typed, at) is not None


def reference_at(address: str) -> Filter | None:
    """A filter for the reference of this address, arXiv number or DOI, in any spelling; None if it
    is none of these, or no browser could open it."""
    if not (is_address(address) or _ARXIV.fullmatch(address)):
        return None
    key = _reference_key(address)
    return Filter("ref", filter_value(key), typed=key) if key else None


def as_texts_say(address: str, reference: Filter) -> str:
    """The part of an address by which texts name its reference, if they do not link to it: an arXiv
    number or a DOI, else the address without its scheme."""
    archive, _, number = reference.typed.partition(":")
    return number if archive in ("arxiv", "doi") else _SCHEME.sub("", address)


def complement(days: Days) -> Days:
    """The complement of ``days``, which must have one end."""
    return Days(first=days.before, before=days.first)


def _reference_key(value: str) -> str:
    """The reference key of a value that is a key, a URL, an arXiv identifier or a DOI; empty if it
    is none of these."""
    scheme, _, rest = tokenizer.fold(value).partition(":")
    try:
        match scheme:
            case "http" | "https" if "://" in value:
                return identity.of_url(value).key
            case "url" if "://" in rest:  # maybe an address that has another key by now
                return identity.of_url(value.partition(":")[2]).key
            case "github" | "hf" | "url" if rest:
                return value
            case "name":
                return identity.of_name(rest).key
    except ValueError:
        return ""
    for name in (value, f"arxiv:{value}", f"doi:{value}"):
        key = identity.of_name(name).key
        if not key.startswith("name:"):
            return key
    return _key_of_unlinked(value)


def _key_of_unlinked(value: str) -> str:
    """The reference key of an address without a scheme, or of what ``git clone`` takes; empty if
    there is more in the value."""
    found = identity.addresses_in(value)
    is_whole = [(one.start, one.end) for one in found] == [(0, len(value))]
    return identity.of_url(found[0].url).key if is_whole else ""


def _days(field: str, value: str) -> Days | None:
    found = _DATE.fullmatch(tokenizer.fold(value))
    if found is None:
        return None
    year = min(max(int(found["year"]), _FIRST_YEAR), _LAST_YEAR)
    month, day = int(found["month"] or 1), int(found["day"] or 1)
    try:
        first = date(year, month, day)
    except ValueError:
        return None
    if field == "before":
        return Days(before=first)
    if found["day"]:
        return Days(first=first + timedelta(days=1))
    if found["month"] and month < 12:
        return Days(first=date(year, month + 1, 1))
    return Days(first=date(year + 1, 1, 1))
