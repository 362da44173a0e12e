"""Text → tokens, the same for what is indexed and for what is asked; it knows no database.

Texts are folded (width, case, signs that look alike, traditional characters), then cut so that the
tokens tile them:

- a run of Chinese (or kana, hangul) gives the pairs of its neighbours and its last character,
  ``显存占用`` → ``显存 存占 占用 用``; blanks within it are nothing;
- a run of other letters is a token, and so is a run of digits: ``Qwen2`` → ``qwen 2``. The signs of
  ``C++``, ``C#`` and ``F#`` belong to them;
- a sign that joins two of these, as in ``GPT-4`` or ``3.5``, is a token;
- an emoji and the like is a token;
- all other signs and line ends between two tokens are one `BREAK`. Blanks only part tokens.

So a text holds a phrase, at the edges of words where it is Latin and anywhere where it is Chinese,
exactly if the tokens of the phrase follow each other in those of the text.
"""

import re
from bisect import bisect
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from digests import text

# Version of the tokenizer. Raise it with every change of the tokens or words of a text: the index
# is then rebuilt.
ANALYZER_VERSION = 2

BREAK = "|"

# Chinese characters, kana and hangul, as a class of a regular expression.
CHINESE = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u3096\u3099-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7ff"
    "\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_EMOJI = "\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
# Combining marks, which are no letters to Python, of scripts that need them.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e00-\u0eff"
_CONTROLS = "\x00-\x1f\x7f-\x9f\ud800-\udfff"  # lone surrogates too: no database stores them
_LETTER = rf"[^\W\d_{CHINESE}{_EMOJI}]"
_RUN = re.compile(rf"([{CHINESE}]+(?: +[{CHINESE}]+)*)")
_PIECE = re.compile(
    rf"{_LETTER}(?:{_LETTER}|[{_MARKS}])*(?:\+\+(?!{_LETTER})|\#(?!{_LETTER}|\d))?"
    rf"|\d+"
    rf"|[{_EMOJI}]"
    rf"|(?P<joins>(?<=[^\W_])(?:[^\w\s{_EMOJI}{_CONTROLS}]|_)(?=[^\W_]))"
    rf"|(?P<parts>(?:[^\w{_EMOJI}]|_)+)"
)
_LATIN_WORD = re.compile(r"[^\W_](?:[^\W_]|[-._+#](?=[^\W_]))*(?:\+\+|#)?")
_LONGEST_KEPT = 64


class Phrase(NamedTuple):
    """Tokens that a text must hold one after the other.

    If the phrase is ``open_ended``, the last one may be the beginning of a token; a single Chinese
    character always is.
    """

    tokens: tuple[str, ...]
    open_ended: bool = False


def fold(source: str) -> str:
    """The folded text (`text.fold`) in simplified characters."""
    folded = text.fold(source)
    if folded.isascii():
        return folded
    # Most texts have no traditional character, which is told in a tenth of the time.
    return folded.translate(_translation()) if _traditional().search(folded) else folded


@cache
def _translation() -> dict[int, int]:
    """Traditional characters to simplified, one for one, as `script/tables.py` wrote them."""
    table = Path(__file__).with_name("simplified.txt").read_text(encoding="utf-8")
    return str.maketrans(*table.split())


@cache
def _traditional() -> re.Pattern[str]:
    """Traditional characters. The rare ones beyond U+FFFF stand for all between them, because each
    of these would cost as much as all others together."""
    found = sorted(map(chr, _translation()))
    common = bisect(found, "\uffff")
    return re.compile(f"[{''.join(found[:common])}{found[common]}-{found[-1]}]")


def tokens(folded: str) -> list[str]:
    """The tokens of a folded text, without a `BREAK` at its ends."""
    found: list[str] = []
    others, *runs = _RUN.split(folded)
    found += _tokens_of_others(others)
    for spaced, others in zip(runs[::2], runs[1::2], strict=True):
        run = "".join(spaced.split()) if " " in spaced else spaced
        found += [run[at : at + 2] for at in range(len(run))]
        found += _tokens_of_others(others)
    return found[found[:1] == [BREAK] : len(found) - (found[-1:] == [BREAK])]


def spans(folded: str) -> Iterator[tuple[str, int, int]]:
    """The tokens of a folded text with their places in it; pairs overlap."""
    at = 0
    for part in _RUN.split(folded):
        end = at + len(part)
        if is_chinese(part):
            places = [place for place in range(at, end) if not folded[place].isspace()]
            yield from ((folded[i] + folded[j], i, j + 1) for i, j in pairwise(places))
            yield folded[places[-1]], places[-1], places[-1] + 1
        else:
            yield from ((token, at + of.start(), at + of.end()) for token, of in _pieces(part))
        at = end


def _tokens_of_others(part: str) -> tuple[str, ...]:
    """Tokens of the text between two runs of Chinese; cached, as it is usually a comma."""
    if len(part) > _LONGEST_KEPT:  # a whole English text would waste the cache
        return tuple(token for token, _ in _pieces(part))
    return _tokens_of_others_kept(part)


@lru_cache(maxsize=1 << 14)
def _tokens_of_others_kept(part: str) -> tuple[str, ...]:
    return tuple(token for token, _ in _pieces(part))


def _pieces(part: str) -> Iterator[tuple[str, re.Match[str]]]:
    for piece in _PIECE.finditer(part):
        token, sign = piece.group(), piece.lastgroup
        if sign is None or (sign == "joins" and token != BREAK):
            yield token, piece
        elif not token.isspace() or "\n" in token:
            yield BREAK, piece


def phrase(folded: str) -> Phrase:
    """The phrase of a folded text; without tokens if the text has nothing to search for."""
    found = tokens(folded)
    if not found or not is_chinese(found[-1]):
        return Phrase(tuple(found))
    # In a longer Chinese text the last character is the first of a pair.
    if len(found) > 1 and len(found[-2]) == 2 and is_chinese(found[-2]):
        return Phrase(tuple(found[:-1]))
    return Phrase(tuple(found), open_ended=True)


@lru_cache
def run_of(found: Phrase) -> str:
    """The run of Chinese that a phrase consists of; empty if it has other tokens, or a gap."""
    follow_each_other = all(left[1:] == right[0] for left, right in pairwise(found.tokens))
    if not (found.tokens and follow_each_other and all(map(is_chinese, found.tokens))):
        return ""
    run = "".join(token[0] for token in found.tokens) + found.tokens[-1][1:]
    # Unless the phrase is open-ended, a single character must be the last of a run in a text.
    return run if found.open_ended or len(found.tokens[-1]) > 1 else ""


def words(folded: str) -> set[str]:
    """The Chinese words of a folded text, of two characters or more."""
    return {word for word in {*text.cut(folded)} if len(word) > 1 and _RUN.fullmatch(word)}


def in_order(some: set[str], folded: str) -> list[str]:
    """Words of a folded text in their order there; by name where they begin in one place, as 知识
    and 知识库 do."""
    return sorted(some, key=lambda word: (folded.find(word), word))


def characters(folded: str) -> set[str]:
    """The Chinese characters of a folded text."""
    return set("".join("".join(_RUN.findall(folded)).split()))


def latin_words(folded: str) -> set[str]:
    """The other words of a folded text as they are written: ``gpt-4o``, ``c++``."""
    return {word for word in _LATIN_WORD.findall(_RUN.sub(" ", folded)) if len(word) > 1}


def places_of_words(folded: str) -> Iterator[tuple[int, int]]:
    """The places of the words of a folded text in their order: Chinese ones of any length, and
    other ones as they are written."""
    at = 0
    for part in _RUN.split(folded):
        if is_chinese(part):
            start = at
            for word in text.cut(part):
                if not word.isspace():
                    yield start, start + len(word)
                start += len(word)
        else:
            yield from ((at + of.start(), at + of.end()) for of in _LATIN_WORD.finditer(part))
        at += len(part)


def is_chinese(token: str) -> bool:
    return _RUN.match(token) is not None
