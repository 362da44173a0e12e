"""The one Markdown dialect of the project: CommonMark with tables, strikethrough, formulas and
footnotes, CJK-aware.

Parsing and rendering share it, so that what the parser sees is what a reader gets. It works in
two phases, because the parser takes labels off paragraphs before their inline markup is read:
``blocks`` cuts a text into block tokens with line numbers (a quarter of the cost), ``inlines``
fills in the children of any run of those tokens. Raw HTML comes as tokens of its own.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.parser_inline import ParserInline
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, autolink
from markdown_it.token import Token
from markdown_it.utils import EnvType

from digests.markdown import extensions, raw_html
from digests.markdown.block_parser import MOST_TOKENS, BlockParser, BlockState, TooManyTokens
from digests.markdown.emphasis import EmphasisState, balance
from digests.markdown.url_ends import broken_target, with_scheme, without_following_text


class Definitions(NamedTuple):
    """The definitions of one text for all of its file, by normalised label: links (``[id]: url``),
    as markdown-it keeps them, and the texts of footnotes (``[^id]: text``)."""

    links: Mapping[str, Any] = MappingProxyType({})
    footnotes: Mapping[str, str] = MappingProxyType({})


# Types of inline tokens that may be links. Their ``meta["line"]`` is the line in their text, from
# 0. A ``broken_link`` shows nothing; its ``meta["url"]`` is the target that nobody can read.
MAY_LINK = frozenset(["link_open", "image", "html_inline", "broken_link"])

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_MARKUP = re.compile(r"[\n!$&*:<\[\\\]_`~]")  # the signs that begin inline markup
_WITH_WORDS = {"inline", "fence", "code_block", "html_block", "formula_display"}
# Key of the environment: the number of inline tokens so far.
_TOKENS = "tokens"
# Characters of addresses and titles in all links to definitions.
_MOST_OF_DEFINITIONS = 10_000_000
_DEEPEST = 100
_DEEPEST_QUOTE = 12
_DEEPEST_BRACKET = 6
_CJK_QUOTES = "“”‘’—…"
_SCHEME_BEFORE_COLON = re.compile(r"(?<![A-Za-z0-9+.-])https?\Z", re.IGNORECASE)
_IN_URL = (
    r"[^\s<>\"`{}|\\^\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
    + _CJK_QUOTES
    + "]"
)
_BARE_URL = re.compile(
    rf"://(?:{_IN_URL}|\\[!#-;=?@\[\]_~]){{0,4000}}"  # as trimming is quadratic
)
_URL_CHARACTERS = re.compile(f"{_IN_URL}+")
_ENTITY = r"&(?:#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});"
_ENTITIES = re.compile(_ENTITY)
_ESCAPE_OR_CHARACTER = re.compile(rf"\\.|{_ENTITY}|.", re.DOTALL)
# CommonMark would read the text of a footnote as the address of a link, and hide it.
_FOOTNOTE = re.compile(r"\[\^[^\]\[\n]+\]:\s*(?!<?https?://)\S", re.IGNORECASE)


def lines(text: str) -> list[str]:
    """The lines of ``text`` with their ends, counted as CommonMark counts them.

    Not ``str.splitlines``, which also cuts at form feeds and Unicode separators.
    """
    return _LINE.findall(text)


def end_of(text: str) -> tuple[int, int]:
    """Line and column, from 1, of whatever comes after ``text``."""
    found = lines(text + "|")
    return len(found), len(found[-1])


def blocks(
    text: str, definitions: Definitions | None = None, *, most_tokens: int | None = None
) -> "Blocks":
    """Parse ``text`` into block tokens. ``definitions``: those of other texts that it may use.

    Raises TooManyTokens if there are more than ``most_tokens``; so does `inlines` if the inline
    ones of the whole text are more.
    """
    text = printable(text)
    links, footnotes = definitions or Definitions()
    references = _References(links)
    references.is_limit_an_error = most_tokens is not None
    env: EnvType = {
        "references": references,
        "known_footnotes": dict(footnotes),
        MOST_TOKENS: most_tokens,
    }
    state = StateCore(text, _BLOCKS, env)
    for rule in _BLOCK_PHASE:
        rule(state)
    return Blocks(state.tokens, lines(text), env)


class _References(dict[str, Any]):
    """Link definitions, whose addresses make at most 10 MB of links: a definition of 100 KB and
    30,000 times ``[a]`` would make 3 GB. Beyond that, ``[a]`` is text, or an error."""

    spent = 0
    is_limit_an_error = False

    def get(self, label: str, default: Any = None) -> Any:
        found = super().get(label, default)
        if not found:
            return found
        self.spent += len(found["href"]) + len(found["title"])
        if self.spent <= _MOST_OF_DEFINITIONS:
            return found
        if self.is_limit_an_error:
            raise TooManyTokens(0)
        return default


@dataclass
class Blocks:
    """The block tokens of a text, whose inline content is not parsed yet.

    ``token.map`` is a half-open range of indexes into ``lines``. The environment, which `inlines`
    needs, holds the given definitions and those of the text.
    """

    tokens: list[Token]
    lines: list[str]
    env: EnvType

    def cut(self, starts: Sequence[int]) -> list["Blocks"]:
        """Cut the text into pieces that begin at these lines, the first of which is 0.

        Each piece is as if its lines had been parsed alone, with the definitions of the whole text.
        The tokens move into the pieces.
        """
        pieces = [
            Blocks([], self.lines[start:end], self.env)
            for start, end in pairwise([*starts, len(self.lines)])
        ]
        for block in siblings(self.tokens):
            first_line = block[0].map[0] if block[0].map else 0
            pieces[bisect_right(starts, first_line) - 1].tokens.extend(block)
        for start, piece in zip(starts, pieces, strict=True):
            for token in piece.tokens:
                if token.map:
                    token.map = [token.map[0] - start, token.map[1] - start]
        return pieces


def siblings(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Cut a run of tokens into its blocks, each from opening to closing token."""
    start = depth = 0
    for position, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tokens[start : position + 1]
            start = position + 1


def inlines(tokens: Sequence[Token], env: EnvType) -> None:
    """Parse the inline markup of ``tokens`` in place. Raises TooManyTokens."""
    state = StateCore("", _INLINES, env)
    state.tokens = list(tokens)
    try:
        for rule in _INLINE_PHASE:
            rule(state)
    except TooManyTokens:
        begun = [token for token in tokens if token.children]
        raise TooManyTokens(begun[-1].map[0] if begun and begun[-1].map else 0) from None


def inline(text: str, env: EnvType | None = None) -> Token:
    """Parse a heading or another single line."""
    token = Token("inline", "", 0, content=printable(text), map=[0, 1], children=[])
    inlines([token], {} if env is None else env)
    return token


def definitions(text: str) -> Definitions:
    """The definitions of ``text``, for rendering a slice of it apart from the rest."""
    if "]:" not in text:
        return Definitions()
    env = blocks(text).env
    return Definitions(env["references"], env["known_footnotes"])


def plain_text(tokens: Sequence[Token]) -> str:
    """The plain text of block tokens after the inline phase, each paragraph on a line of its
    own."""
    return "\n".join(
        plain_inline(token.children or [token]) for token in tokens if token.type in _WITH_WORDS
    )


def plain_inline(children: Sequence[Token]) -> str:
    """The plain text of inline tokens; an image gives its alternative text."""
    return "".join(_words(child) for child in children)


def _words(token: Token) -> str:
    match token.type:
        case "softbreak" | "hardbreak":
            return "\n"
        case "html_inline" | "html_block":
            return raw_html.words(token.content)
        case "formula" | "formula_display":
            return f"{token.markup}{token.content}{extensions.closing_sign(token)}"
    return token.content


def printable(text: str) -> str:
    """Replace control characters, none of which has a meaning here, with the replacement
    character."""
    return CONTROL.sub("\ufffd", text)


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: show text below the nesting limit as it stands; markdown-it would drop it. Quotes
    have a limit of their own, because each looks at all lines of the paragraph in it."""
    if silent or not isinstance(state, BlockState):
        return False
    state.first_line = start
    is_deep_quote = state.quotes >= _DEEPEST_QUOTE and _is_quote(state, start)
    if state.level < _DEEPEST and not is_deep_quote:
        return False
    token = state.push("code_block", "code", 0)
    token.content = state.getLines(start, end, state.blkIndent, False)
    token.map = [start, end]
    state.line = end
    return True


def _is_quote(state: StateBlock, line: int) -> bool:
    return state.src.startswith(">", state.bMarks[line] + state.tShift[line])


def _no_bracket_closes(state: StateInline, silent: bool) -> bool:
    """Inline rule: read a ``[`` without a ``]`` behind it as text. markdown-it would search the
    rest of the text for each of them."""
    if state.src[state.pos] != "[" or state.html_terminator_last("]") > state.pos:
        return False
    if not silent:
        state.append_pending("[")
    state.pos += 1
    return True


class _InlineState(EmphasisState):
    # Cache of `push`: a position in the source, and the number of line ends before it.
    counted: tuple[int, int] = (0, 0)
    # Number of tokens that the text may have; None stands for any.
    room: int | None = None

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        """Record the line of each token that may be a link. The tokens before it do not tell the
        line: none keeps the line ends in a code span or around the address of a link."""
        if self.room is not None and len(self.tokens) >= self.room:
            raise TooManyTokens(0)
        token = super().push(ttype, tag, nesting)
        if ttype in MAY_LINK:
            position, ends = self.counted
            ends += self.src.count("\n", position, self.pos)
            self.counted = max(position, self.pos), ends
            token.meta["line"] = ends
        return token


class _InlineParser(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        if src and not _MARKUP.search(src):  # true for half of all paragraphs
            tokens.append(Token("text", "", 0, content=src))
            return tokens
        state = _InlineState(src, md, env, tokens)
        most = env.get(MOST_TOKENS)
        if most is not None:
            state.room = most - env.get(_TOKENS, 0)
        self.tokenize(state)
        env[_TOKENS] = env.get(_TOKENS, 0) + len(state.tokens)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _Dialect(MarkdownIt):
    def configure(self, *args: Any, **kwargs: Any) -> MarkdownIt:
        # Called by __init__ between making the parsers and enabling their rules, so this is the
        # one moment at which they can be replaced.
        self.block = BlockParser()
        self.inline = _InlineParser()
        return super().configure(*args, **kwargs)

    def normalizeLink(self, url: str) -> str:
        # A citation keeps its URL as written, as browsers encode what needs it. An address without
        # its scheme would lead to a page of this site.
        return with_scheme(url)

    def normalizeLinkText(self, link: str) -> str:
        return link


def _bare_url(state: StateInline, silent: bool) -> bool:
    """Inline rule: read a bare http(s) URL as a link, up to a blank or Chinese punctuation.

    The target of a link that is broken by a blank or a line end is no URL, as its rest is missing.
    """
    if state.src[state.pos] != ":" or state.linkLevel > 0:
        return False
    # The scheme first, because the rest may be long.
    scheme = _SCHEME_BEFORE_COLON.search(state.pending[-6:])
    rest = _BARE_URL.match(state.src, state.pos, state.posMax) if scheme else None
    if rest is None or scheme is None:
        return False
    written, meant = _read_bare_url(rest.group())
    broken = broken_target(state.src, state.pos - len(scheme.group()), rest.end())
    if len(meant) <= len("://") and not broken:
        return False
    if silent:
        pass
    elif broken:
        marker = state.push("broken_link", "", 0)
        marker.hidden, marker.meta["url"] = True, broken
        state.pending = meant
    else:
        _push_link(state, scheme.group(), meant)
    state.pos += len(written)
    return True


def _push_link(state: StateInline, scheme: str, rest: str) -> None:
    state.pending = state.pending[: -len(scheme)]
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": scheme + rest}
    opening.info = "auto"
    state.push("text", "", 0).content = scheme + rest
    state.push("link_close", "a", -1).info = "auto"


def _read_bare_url(found: str) -> tuple[str, str]:
    r"""The URL at the start of ``found``, as written and unescaped: ``&amp;`` is ``&``, and ``\_``
    is ``_``."""
    if "\\" not in found and not _ENTITIES.search(found):  # true for nearly all URLs
        url = end_of_url(found)
        return url, url
    written = _ESCAPE_OR_CHARACTER.findall(found)
    meant = list(takewhile(_URL_CHARACTERS.fullmatch, map(unescapeAll, written)))
    url = end_of_url("".join(meant))
    while sum(map(len, meant)) > len(url):
        meant.pop()
    return "".join(written[: len(meant)]), "".join(meant)


def end_of_url(url: str) -> str:
    """Cut a bare URL, given without its scheme as ``://…``, where a reader would end it."""
    return _without_trailing_punctuation(without_following_text(url))


def _without_trailing_punctuation(url: str) -> str:
    """Trim sentence punctuation and an unbalanced bracket off a URL, as GFM does."""
    while url:
        last = url[-1]
        unbalanced = last in ")]" and url.count(last) > url.count({")": "(", "]": "["}[last])
        if last not in "?!.,:;*_~'" and not unbalanced:
            break
        url = url[:-1]
    return url


def _autolink(state: StateInline, silent: bool) -> bool:
    """Inline rule: parse autolinks as markdown-it does, but with entities decoded as in other
    addresses."""
    before = len(state.tokens)
    if not autolink(state, silent):
        return False
    for token in state.tokens[before:]:
        if token.type == "link_open":
            token.attrs["href"] = _ENTITIES.sub(_meaning, str(token.attrs["href"]))
        elif token.type == "text" and token.level > state.level:
            token.content = _ENTITIES.sub(_meaning, token.content)
    return True


def _meaning(entity: re.Match[str]) -> str:
    return unescapeAll(entity.group())


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: parse link definitions as markdown-it does, except for footnotes with a text."""
    if _FOOTNOTE.match(state.src, state.bMarks[start] + state.tShift[start]):
        return False
    return reference(state, start, end, silent)


def _dialect(max_nesting: int) -> MarkdownIt:
    dialect = _Dialect("commonmark", {"maxNesting": max_nesting, "tasklists": True})
    dialect.enable(["table", "strikethrough"])
    dialect.block.ruler.at("table", extensions.table, {"alt": ["paragraph", "reference"]})
    dialect.block.ruler.before("table", "too_deep", _too_deep)
    dialect.block.ruler.at("reference", _reference)
    interrupting: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    dialect.block.ruler.before("fence", "formula_block", extensions.formula_block, interrupting)
    dialect.block.ruler.before("reference", "footnote", extensions.footnote, interrupting)
    dialect.inline.ruler.at("autolink", _autolink)
    dialect.inline.ruler.before("newline", "bare_url", _bare_url)
    dialect.inline.ruler.before("escape", "backslash_formula", extensions.backslash_formula)
    dialect.inline.ruler.before("link", "no_bracket_closes", _no_bracket_closes)
    dialect.inline.ruler.before("link", "footnote_reference", extensions.footnote_reference)
    dialect.inline.ruler.before("emphasis", "formula", extensions.formula)
    dialect.inline.ruler2.at("balance_pairs", balance)
    return dialect


# Lists may be nested deeper than brackets, whose cost grows with each level that is tried.
_BLOCKS, _INLINES = _dialect(_DEEPEST + 1), _dialect(_DEEPEST_BRACKET)
OPTIONS = _INLINES.options
_BLOCK_PHASE = _BLOCKS.core.ruler.getRules("")[:2]
_INLINE_PHASE = _INLINES.core.ruler.getRules("")[2:]
