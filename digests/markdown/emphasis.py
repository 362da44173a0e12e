"""Emphasis beside Chinese, which has no blanks between words.

By CommonMark's flanking rules ``中文**“引用”**中文``, ``**大模型。**推理`` and ``**优点：**LLM``
would stay literal. https://github.com/tats-u/markdown-cjk-friendly has the rules for this.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from unicodedata import category

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.balance_pairs import processDelimiters
from markdown_it.rules_inline.state_inline import Delimiter, Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

_CJK = re.compile(
    "[“”‘’—…\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    # Rare kana and Han, and the selectors behind a Han character that choose its shape.
    "\U0001aff0-\U0001b16f\U00020000-\U0003fffd\U000e0100-\U000e01ef]"
)
_BEGINS = {"Ps", "Pi", "Sc", "Sm", "So"}
_ENDS = {"Pe", "Pf", "Po", "Pd", "Sc", "Sm", "So"}
# ASCII names between double underscores, such as ``__init__`` and ``__CUDA_ARCH__``: the text
# before the closing run, and the text behind the opening one.
_NAME_BEFORE = re.compile(r"__[A-Za-z0-9_]{1,60}\Z")
_NAME_BEHIND = re.compile(r"[A-Za-z0-9_]{1,60}?__")
_LONGEST_NAME = 62
# A short label that begins a text or a sentence, before the run that closes it. Before an ASCII
# colon it holds Chinese.
_LABEL_BEFORE = re.compile(
    r"[\s，。；](\*\*|__)(?:[^*_\s][^*_\n]{0,30}：|(?=[^*_\n]*[\u3040-\u9fff])[^*_\s][^*_\n]{0,30}:)\Z"
)
_LONGEST_LABEL = 36
# Chinese in ASCII brackets, between two runs.
_BRACKETS_BEHIND = re.compile(r"\((?=[^*_()\n]{0,29}[\u3040-\u9fff])[^*_()\n]{1,30}\)(?:\*\*|__)")


class EmphasisState(StateInline):
    """The state of the inline phase, with flanking rules that know CJK.

    A run beside a CJK character outside always opens and closes. A run with CJK punctuation inside
    and another letter outside may do so too: `balance` decides, but for short labels, which are
    sure to end (``**优点：**LLM``).
    """

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> None:
        super().__init__(src, md, env, outTokens)
        # What tokens, by their positions, might do beyond what they do for sure: open, and close.
        self.may: dict[int, tuple[bool, bool]] = {}

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        scanned = super().scanDelims(start, canSplitWord)
        before = self.src[start - 1] if start > 0 else " "
        end = start + scanned.length
        after = self.src[end] if end < self.posMax else " "
        opens = _is_cjk(before) and not after.isspace()
        closes = _is_cjk(after) and not before.isspace()
        closes = closes or (
            before in "：:" and self._is_behind(_LABEL_BEFORE, _LONGEST_LABEL, start)
        )
        may_open = opens or _is_cjk_of(after, _BEGINS)
        may_open = may_open or _BRACKETS_BEHIND.match(self.src, end, self.posMax) is not None
        may_close = closes or (_is_cjk_of(before, _ENDS) and not self._is_empty(start, end))
        if not canSplitWord:  # a single underscore inside a word stays literal
            is_double = scanned.length > 1
            may_open = is_double and may_open and not _NAME_BEHIND.match(self.src, end, self.posMax)
            may_close = (
                is_double and may_close and not self._is_behind(_NAME_BEFORE, _LONGEST_NAME, start)
            )
            opens, closes = False, closes and before in "：:"
        opens, closes = opens or scanned.can_open, closes or scanned.can_close
        if (may_open and not opens) or (may_close and not closes):
            first = len(self.tokens) + bool(self.pending)
            for token in range(first, first + scanned.length):
                self.may[token] = may_open or opens, may_close or closes
        return Scanned(opens, closes, scanned.length)

    def _is_empty(self, start: int, end: int) -> bool:
        """True for the marks around the comma of ``**甲**、**LLM**``, which enclose nothing."""
        length = end - start
        return self.src.startswith(self.src[start:end], max(0, start - 1 - length))

    def _is_behind(self, pattern: re.Pattern[str], longest: int, end: int) -> bool:
        """True if the pattern, which ends in ``\\Z``, matches the text before ``end``."""
        begin = max(0, end - longest)
        return pattern.search("\n" * (not begin) + self.src[begin:end]) is not None


def balance(state: StateInline) -> None:
    """Inline rule: pair the delimiters, as markdown-it does.

    Those that only might open or close do so if fewer delimiters stay literal by it. Else what
    renders by CommonMark stays as it is: in ``**他说，**LLM** 很快**`` the second run opens.
    """
    may = state.may if isinstance(state, EmphasisState) else {}
    nested = [meta["delimiters"] for meta in state.tokens_meta if meta and "delimiters" in meta]
    for delimiters in [state.delimiters, *nested]:
        trial = _loosened(delimiters, may) if may else []
        processDelimiters(state, delimiters)
        if trial and (left := _literal(delimiters)):
            processDelimiters(state, trial)
            if _literal(trial) < left:
                delimiters[:] = trial


def _loosened(
    delimiters: Sequence[Delimiter], may: dict[int, tuple[bool, bool]]
) -> list[Delimiter]:
    """Copies of the delimiters, of which those that might open or close do so. Empty if there is
    none.

    A run does not close if the next one of its kind can only close: that one then needs it.
    """
    if not any(delimiter.token in may for delimiter in delimiters):
        return []
    copies: list[Delimiter] = []
    following: dict[int, Delimiter] = {}  # the first delimiter of the next run, by marker
    run: dict[int, Delimiter] = {}  # the last one that was looked at, by marker
    for delimiter in reversed(delimiters):
        behind = run.get(delimiter.marker)
        if behind and behind.token != delimiter.token + 1:
            following[delimiter.marker] = behind
        run[delimiter.marker] = delimiter
        opens, closes = may.get(delimiter.token, (delimiter.open, delimiter.close))
        after = following.get(delimiter.marker)
        if after and after.close and not after.open:
            closes = delimiter.close
        copies.append(replace(delimiter, open=opens, close=closes))
    return copies[::-1]


def _literal(delimiters: Sequence[Delimiter]) -> int:
    """The number of delimiters that found no partner."""
    return len(delimiters) - 2 * sum(delimiter.end >= 0 for delimiter in delimiters)


def _is_cjk(char: str) -> bool:
    return _CJK.match(char) is not None


def _is_cjk_of(char: str, categories: set[str]) -> bool:
    return _is_cjk(char) and category(char) in categories
