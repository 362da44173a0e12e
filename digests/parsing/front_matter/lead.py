"""The lead of a file: what may stand before its front matter, and is skipped.

Editors leave an empty line on top, other programs a byte order mark or a comment, and models what
they thought before they answered, and a fence around the answer.
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
# Words of a model to its reader, such as 好的，以下是今天的文摘：, before front matter or a fence.
_WORDS = r"[^\s#<>`~|*+-][^\n]{0,200}"
_ADDRESS = re.compile(
    rf"{_WORDS}\r?\n(?:[ \t]*\r?\n){{1,3}}"
    r"(?P<rest>(?:---|\+\+\+)[ \t]*\r?\n(?:title|date|tags)[ \t]*[:=])"
)
_BEFORE_FENCE = re.compile(rf"(?:{_WORDS}\r?\n(?:[ \t]*\r?\n){{0,3}}){{1,3}}(?=[`~]{{3}})")
# Its words behind the fence, such as 希望对你有帮助。: characters, and lines that are no blocks.
_LONGEST_PARTING, _PARTING_LINES = 1000, 3
_BLOCK = tuple("#<>`~|*+-")
# Some models close a thought that they never opened.
_END_OF_THOUGHT = re.compile(r"</think(?:ing)?>")


# A fence around a file names Markdown, or nothing.
_FENCE = re.compile(
    r"[ ]{0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>markdown|md|mdx)?[ \t]*\r?\n", re.IGNORECASE
)
_LOOKS_LIKE_A_DIGEST = re.compile(
    r"\s*(?:---|\+\+\+)[ \t]*\r?\n|.*?^##[ \t]", re.DOTALL | re.MULTILINE
)
# Between words a fence may hold an example; one of these has topics.
_IS_A_DIGEST = re.compile(
    r"\s*(?:---|\+\+\+)[ \t]*\r?\n|(?:.*?^##[ \t]){2}", re.DOTALL | re.MULTILINE
)


class Lead(NamedTuple):
    """The length of a lead in characters.

    ``told``: the index of its first word, or None. ``fence``: the index of a fence around the rest
    of the file, or None. ``inside``: the index of what is in the fence. ``ending``: what closes the
    fence, to the end of the file.
    """

    length: int
    told: int | None = None
    fence: int | None = None
    inside: int = 0
    ending: str = ""


def lead_of(text: str, *, is_whole: bool) -> Lead:
    """The lead of ``text``. Whether front matter follows it is for the caller to see.

    ``is_whole``: whether this is a whole file. Else a fence in the lead is known to be around it.
    """
    lead = _skip(text, Lead(0))
    end = _END_OF_THOUGHT.search(text, lead.length)
    if end and "<think" not in text[lead.length : end.start()]:
        told = lead.length if lead.told is None else lead.told
        lead = _skip(text, Lead(end.end(), told))
    first_words = lead.length if lead.told is None else lead.told
    if words := _ADDRESS.match(text, lead.length):
        return lead._replace(length=words.start("rest"), told=first_words)
    words = _BEFORE_FENCE.match(text, lead.length)
    opening = _FENCE.match(text, words.end() if words else lead.length)
    if opening is None:
        return lead
    closing = _closing_of(text, opening, is_between=bool(words)) if is_whole else len(text)
    if closing is None:
        return lead
    if words:
        lead = lead._replace(told=first_words)
    lead = _skip(text[:closing], lead._replace(length=opening.end()))
    return lead._replace(fence=opening.start(), inside=opening.end(), ending=text[closing:])


def _closing_of(text: str, opening: re.Match[str], *, is_between: bool) -> int | None:
    """The index of the line that closes a fence, if nothing follows it but blanks, or few words;
    None else. ``is_between``: whether words precede the fence.

    Models put code blocks inside without a longer fence around them, so fences count as nested: one
    that names a language opens, a bare one closes. An answer that was cut off closes none.
    """
    fence, depth = opening["fence"], 1
    lines = re.compile(
        rf"^[ ]{{0,3}}{re.escape(fence)}{re.escape(fence[0])}*+[ \t]*(?P<info>[^\s`]?)",
        re.MULTILINE,
    )
    closing = None if opening["info"] is None else len(text)
    rest = ""
    for line in lines.finditer(text, opening.end()):
        depth += 1 if line["info"] else -1
        if not depth:
            closing, rest = line.start(), text[line.end() :].strip()
            break
    if closing is None or not _is_parting(rest):
        return None
    if is_between or rest:
        return closing if _IS_A_DIGEST.match(text, opening.end(), closing) else None
    is_digest = opening["info"] or _LOOKS_LIKE_A_DIGEST.match(text, opening.end())
    return closing if is_digest else None


def _is_parting(rest: str) -> bool:
    if len(rest) > _LONGEST_PARTING:
        return False
    lines = [line.strip() for line in rest.split("\n") if line.strip()]
    return len(lines) <= _PARTING_LINES and not any(line.startswith(_BLOCK) for line in lines)


def _skip(text: str, lead: Lead) -> Lead:
    at, told = lead.length, lead.told
    while found := _SKIPPED.match(text, at):
        if told is None and not found["blank"]:
            told = at
        at = found.end()
    return lead._replace(length=at, told=told)
