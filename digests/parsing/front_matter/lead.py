"""The lead of a file: what may stand before its front matter, and is skipped.

Editors leave an empty line on top, other programs a byte order mark or a comment, and models what
they thought before they answered.
"""

import re
from typing import NamedTuple

# Blank lines, and characters that no editor shows: byte order marks, form feeds, blanks of no
# width.
_BLANK = r"[ \t\r\n\f\v\u00a0\u3000\ufeff\u200b\u2060]++"
_COMMENT = r"<!--.*?-->"
_THOUGHT = r"<(?P<tag>think(?:ing)?|thoughts?|reasoning)>.*?</(?P=tag)>"
_FLAGS = re.DOTALL | re.IGNORECASE
_SKIPPED = re.compile(rf"(?P<blank>{_BLANK})|{_COMMENT}|{_THOUGHT}", _FLAGS)
# Some models close a thought that they never opened.
_END_OF_THOUGHT = re.compile(r".*?</think(?:ing)?>", _FLAGS)
_OPENING_OF_THOUGHT = re.compile(r"<think(?:ing)?>", _FLAGS)


class Lead(NamedTuple):
    """The length of a lead in characters; ``told``, the index of its first word, or None."""

    length: int
    told: int | None


def lead_of(text: str) -> Lead:
    """The lead of ``text``. Whether front matter follows it is for the caller to see."""
    lead = _skip(text, Lead(0, None))
    end = _END_OF_THOUGHT.match(text, lead.length)
    if end and not _OPENING_OF_THOUGHT.search(end.group()):
        told = lead.length if lead.told is None else lead.told
        lead = _skip(text, Lead(end.end(), told))
    return lead


def _skip(text: str, lead: Lead) -> Lead:
    at, told = lead
    while found := _SKIPPED.match(text, at):
        if told is None and not found["blank"]:
            told = at
        at = found.end()
    return Lead(at, told)
