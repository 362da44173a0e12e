"""A block parser whose cost and memory are bounded.

markdown-it asks for each line of a paragraph or a quote, at each level of nesting, whether any of a
dozen rules would end it there. Nearly all lines begin with a sign that none of them knows.
"""

from collections.abc import Sequence
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock, RuleFuncBlockType
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from markdown_it.utils import EnvType

# First signs of lines that may end a paragraph: of headings, lists, code, HTML and so on.
_INTERRUPTING = frozenset("#*-_+`~><$\\[0123456789")
# First signs of the second line of a table, whose first line may begin with anything.
_BELOW_A_TABLE_HEAD = frozenset("|-:")
# Key of the environment: the maximum number of tokens, or None.
MOST_TOKENS = "most_tokens"


class TooManyTokens(Exception):
    """A text has more tokens of blocks, or more inline ones, than its reader allows.

    ``line`` counts from 0.
    """

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class BlockState(StateBlock):
    # Number of quotes that are open, and the first line of the block that is being read. Rules
    # move ``line`` on before they push tokens.
    quotes = first_line = 0

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        most = self.env.get(MOST_TOKENS)
        if most is not None and len(self.tokens) >= most:
            raise TooManyTokens(self.first_line)
        if ttype.startswith("blockquote"):
            self.quotes += nesting
        return super().push(ttype, tag, nesting)


class _Ruler(Ruler[RuleFuncBlockType]):
    def __compile__(self) -> None:
        super().__compile__()
        chains = self.__cache__ or {}
        for chain, rules in chains.items():
            if chain:
                chains[chain] = [_interrupts(rules)]


def _interrupts(rules: Sequence[RuleFuncBlockType]) -> RuleFuncBlockType:
    """One rule in place of those that may end a block. It looks at the first sign of a line before
    it asks them."""

    def interrupts(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        if _first_sign(state, line) not in _INTERRUPTING and (
            line + 1 >= end or _first_sign(state, line + 1) not in _BELOW_A_TABLE_HEAD
        ):
            return False
        for rule in rules:  # noqa: SIM110 - a generator costs more than the rules
            if rule(state, line, end, silent):
                return True
        return False

    return interrupts


def _first_sign(state: StateBlock, line: int) -> str:
    at = state.bMarks[line] + state.tShift[line]
    return state.src[at] if at < state.eMarks[line] else "\n"


class BlockParser(ParserBlock):
    """Raises `TooManyTokens` where the environment has `MOST_TOKENS` and a text has more."""

    def __init__(self) -> None:
        super().__init__()
        rules = self.ruler.__rules__
        self.ruler = _Ruler()
        self.ruler.__rules__ = rules

    def parse(
        self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]
    ) -> list[Token] | None:
        if not src:
            return None
        state = BlockState(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens
