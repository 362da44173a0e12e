"""Rules for markdown-it beyond CommonMark: formulas, footnotes and tables.

A dollar, ``\\(`` or ``[^1]`` is markup only where little else can be meant, because prices, shell
variables, escaped brackets and links are text. None reaches over a blank line, a heading or a
point, so nothing can hide the text below it.
"""

import re

from markdown_it.common.utils import normalizeReference
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as markdown_it_table
from markdown_it.rules_block.table import escapedSplit, getLine
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

# Maximum number of characters of a formula; a longer one is text.
_LONGEST = 2000

_FORMULA = re.compile(
    r"(?<![A-Za-z0-9$\\])(?P<dollars>\$\$?)(?!\$)"
    rf"(?P<source>(?:[^$\\`]|\\[^`]){{1,{_LONGEST}}}?)"
    r"(?P=dollars)(?![0-9A-Za-z$])"
)
# "$5 和 US$", "$20K per month": an amount with words after it.
_AMOUNT = re.compile(r"\s*\d[\d.,]*[KkMmBbTt]?\s*(?:[^\W\d_]{2}|[\u4e00-\u9fff])")
# "输入($/M)和输出($/M)", and paths of a shell.
_RATE = re.compile(r"\A/|[/(（]\Z")
# What stands between ``\\(`` and ``\\)``, or ``\\[`` and ``\\]``: models write formulas so.
_BACKSLASHED = {
    "\\(": re.compile(rf"\\\((?P<source>(?:[^$\\`]|\\[^`()\[\]]){{1,{_LONGEST}}})\\\)"),
    "\\[": re.compile(rf"\\\[(?P<source>(?:[^$\\`]|\\[^`()\[\]]){{1,{_LONGEST}}})\\\](?!\()"),
}
_BRACKETS = re.compile(r"\\\\|\\[\[\]]")
_CLOSING = {"\\(": "\\)", "\\[": "\\]"}
# Both are also CommonMark's escapes of brackets, so a formula needs a sign that prose lacks: a
# command, an exponent, the subscript of a single letter, or a comparison of what are no words.
_SURELY_MATH = re.compile(
    r"\\[A-Za-z]{2}|[\w)}\]]\s*\^\s*[\w{(\\+*-]|(?:(?<![^\W_])[^\W\d_]|[)}\]])_[\w{(\\+*-]"
)
_COMPARED = re.compile(r"[\w)}\]]\s*(?:[=<>≤≥≈∈]|:=)\s*[\w({\[\\+-]")
_SINGLE_LETTER = re.compile(r"\s*[+-]?\d{0,3}[A-Za-zα-ωΑ-Ω]'*(?:/\d+|\([^()]{1,20}\))?\s*")
_COMMANDS = re.compile(r"\\(?:text[a-z]*|mbox|mathrm|operatorname)\{[^{}]*\}|\\[A-Za-z]+")
_WORDS = re.compile(r"[A-Za-z]{3}|[\u3040-\u9fff]")
_PROSE = re.compile(r"[A-Za-z]{3,}\s+[A-Za-z]{2,}\s+[A-Za-z]{2,}|[\u3040-\u9fff]{2}")
# Signs after the first and the second dollar of shell code: ``$(a)和$(b)``.
_SHELL = {"((", "({", "{(", "{{"}
_LINK = re.compile(r"\]\(|://|<!--|</?[a-z][a-z0-9]*(?:\s+[a-z-]+=|/?>)", re.IGNORECASE)
_STRUCTURE = re.compile(r"[ \t]*(?:#{1,6}(?:\s|$)|`{3}|~{3}|[*+-][ \t]+(?:\*\*|__))")
_FOOTNOTE = re.compile(
    r"\[\^(?P<label>[^\]\[\s]{1,50})\]:[ \t]*"
    # Nothing but an address, and perhaps a title: CommonMark's link definition, which is kept as
    # one, because each ``[^1]`` then is a link, and so a citation.
    r"(?!<?https?://\S+[ \t]*(?:[\"'(].*)?$)(?=\S)",
    re.IGNORECASE | re.MULTILINE,
)
_FOOTNOTE_REFERENCE = re.compile(r"\[\^(?P<label>[^\]\[\s]{1,50})\](?![(\[])")

# A longer footnote is shown where it is defined alone: a mark of four characters in each of many
# topics would show it once more.
LONGEST_SHARED_FOOTNOTE = 1000


def formula(state: StateInline, silent: bool) -> bool:
    """Inline rule: ``$…$`` and ``$$…$$``. The token has the source as its ``content``, and the
    dollars around it as its ``markup``."""
    if state.src[state.pos] != "$":
        return False
    found = _FORMULA.match(state.src, state.pos, state.posMax)
    if (
        found is None
        or not _is_formula(found["source"], found["dollars"])
        or state.src[found.start("source")] + state.src[found.end() : found.end() + 1] in _SHELL
    ):
        # All dollars are taken at once: the second one must not open a formula if the first cannot.
        end = state.pos + (2 if state.src.startswith("$$", state.pos, state.posMax) else 1)
        if not silent:
            state.append_pending(state.src[state.pos : end])
        state.pos = end
        return True
    if not silent:
        is_display = found["dollars"] == "$$"
        token = state.push("formula_display" if is_display else "formula", "math", 0)
        token.content, token.markup = found["source"], found["dollars"]
    state.pos = found.end()
    return True


def backslash_formula(state: StateInline, silent: bool) -> bool:
    r"""Inline rule: ``\(…\)`` and ``\[…\]`` around what is surely a formula. Else they stay the
    escapes of brackets."""
    opening = state.src[state.pos : state.pos + 2]
    closing = _CLOSING.get(opening)
    if closing is None or state.html_terminator_last(closing) < state.pos:
        return False
    found = _BACKSLASHED[opening].match(state.src, state.pos, state.posMax)
    if found is None or not _is_math(found["source"], opening):
        return False
    if not silent:
        token = state.push("formula_display" if opening == "\\[" else "formula", "math", 0)
        token.content, token.markup = found["source"], opening
    state.pos = found.end()
    return True


def has_bracket_formula(text: str) -> bool:
    r"""True if a line of inline text holds ``\[…\]`` around what is surely a formula."""
    return any(_is_math(found["source"], "\\[") for found in _BACKSLASHED["\\["].finditer(text))


def _is_math(source: str, opening: str) -> bool:
    if _LINK.search(source) or "\n\n" in source:
        return False
    if opening == "\\(" and _SINGLE_LETTER.fullmatch(source):
        return True
    rest = _COMMANDS.sub(" ", source)
    has_own_lines = source.startswith("\n") and source.endswith("\n")
    if source.strip() and (has_own_lines or _SURELY_MATH.search(source)):
        return not _PROSE.search(rest)
    return _COMPARED.search(source) is not None and not _WORDS.search(rest)


def closing_sign(formula: Token) -> str:
    """The sign behind a formula, whose ``markup`` is the one before it."""
    return _CLOSING.get(formula.markup, formula.markup)


def _is_formula(source: str, dollars: str) -> bool:
    if not source.strip() or _LINK.search(source):
        return False
    is_padded = source[0].isspace() or source[-1].isspace()
    return dollars == "$$" or not (is_padded or _AMOUNT.match(source) or _RATE.search(source))


def formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    r"""Block rule: ``$$`` at the start of one line and at the end of a later one; likewise ``\[``
    and ``\]``.

    The inline rule would come too late, because lines such as ``+ b`` and ``=`` are a list and a
    heading in a paragraph.
    """
    opening = state.bMarks[start] + state.tShift[start]
    sign = state.src[opening : opening + 2]
    if sign not in {"$$", "\\["} or state.is_code_block(start):
        return False
    last = _last_line(state, start, end) if sign == "$$" else _last_bracket(state, start, end)
    if last is None:
        return False
    source = state.getLines(start, last + 1, state.sCount[start], False).strip()
    source = source[len(sign) : -len(sign)]
    is_read = _is_formula(source, sign) if sign == "$$" else _is_math(source, sign)
    if len(source) > _LONGEST or not is_read:
        return False
    if not silent:
        token = state.push("formula_display", "math", 0)
        token.content, token.markup, token.block = source, sign, True
        token.map = [start, last + 1]
        state.line = last + 1
    return True


def _last_line(state: StateBlock, start: int, end: int) -> int | None:
    """The line on which a block of ``$$`` ends, which is the first one with a dollar; None if there
    is no end."""
    length = 0
    for number in range(start, end):
        line = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
        length += len(line)
        dollars = line.replace("\\$", "").count("$")
        if number == start:
            if dollars != len("$$"):
                return None
        elif state.sCount[number] < state.blkIndent or length > _LONGEST or _ends_formula(line):
            return None
        elif dollars:
            return number if dollars == len("$$") and line.rstrip().endswith("$$") else None
    return None


def _last_bracket(state: StateBlock, start: int, end: int) -> int | None:
    r"""The line on which a block of ``\[`` ends, with ``\]`` at its end; None if there is none."""
    length = 0
    for number in range(start, end):
        line = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
        length += len(line)
        is_outside = number > start and state.sCount[number] < state.blkIndent
        if is_outside or length > _LONGEST or _ends_formula(line):
            return None
        signs = [sign for sign in _BRACKETS.findall(line) if sign != "\\\\"]
        if number == start:
            signs = signs[1:]
        if signs:
            return number if signs == ["\\]"] and line.rstrip().endswith("\\]") else None
    return None


def _ends_formula(line: str) -> bool:
    return not line.strip() or "`" in line or _STRUCTURE.match(line) is not None


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: parse tables as markdown-it does, but keep the cells of a row beyond the last
    column, which GitHub drops, in the last one. The bars of ``$|x|$`` make such cells."""
    before = len(state.tokens)
    if not markdown_it_table(state, start, end, silent):
        return False
    tokens = state.tokens[before:]
    columns = sum(token.type == "th_open" for token in tokens)
    for cell, after in zip(tokens[1:], tokens[3:], strict=False):
        if cell.type == "inline" and after.type == "tr_close" and cell.map:
            cells = escapedSplit(getLine(state, cell.map[0]).strip())
            cells = cells[not cells[0] : len(cells) - (not cells[-1])]
            cell.content = "|".join(cells[columns - 1 :]).strip()
    return True


def footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: ``[^1]: text``, one paragraph, at the top of its text and nowhere else."""
    begin = state.bMarks[start]
    if state.sCount[start] or (begin and state.src[begin - 1] != "\n"):
        return False
    found = _FOOTNOTE.match(state.src, begin, state.eMarks[start])
    if found is None or (state.level and not silent):
        return False
    if silent:
        return True
    after = _end_of_paragraph(state, start + 1, end)
    opening = state.push("footnote_open", "p", 1)
    opening.meta["label"] = normalizeReference(found["label"])
    opening.content, opening.map = found.group(), [start, after]
    inline = state.push("inline", "", 0)
    text = state.getLines(start, after, state.blkIndent, False)
    inline.content = text[found.end() - begin :].strip()
    inline.map, inline.children = [start, after], []
    state.push("footnote_close", "p", -1)
    if len(inline.content) <= LONGEST_SHARED_FOOTNOTE:
        known = state.env.setdefault("known_footnotes", {})
        known.setdefault(opening.meta["label"], inline.content)
    state.line = after
    return True


def _end_of_paragraph(state: StateBlock, line: int, end: int) -> int:
    rules = state.md.block.ruler.getRules("paragraph")
    parent, state.parentType = state.parentType, "paragraph"
    while line < end and not state.isEmpty(line):
        if any(rule(state, line, end, True) for rule in rules):
            break
        line += 1
    state.parentType = parent
    return line


def footnote_reference(state: StateInline, silent: bool) -> bool:
    """Inline rule: ``[^1]``, unless it is a link or within one.

    The renderer looks for the footnote. In silent mode, in which the end of a link is searched,
    nothing is matched, because a link may contain no footnote mark.
    """
    if state.src[state.pos] != "[" or state.linkLevel > 0 or silent:
        return False
    found = _FOOTNOTE_REFERENCE.match(state.src, state.pos, state.posMax)
    label = normalizeReference(found["label"]) if found else ""
    if found is None or f"^{label}" in state.env.get("references", {}):
        return False
    token = state.push("footnote_reference", "a", 0)
    token.content, token.meta = found.group(), {"label": label}
    state.pos = found.end()
    return True
