"""The canonical text of tokens, in which a database finds a phrase as a part of a string.

Tokens stand between blanks, but for the pairs of a run of Chinese, which are written as the run
again: ``显存占用比 GPT-4 低`` becomes `` 显存占用比 gpt - 4 低 ``. So a phrase is a part of it, as
``占用`` is, or `` gpt - 4 ``.
"""

from collections.abc import Iterable
from functools import lru_cache

from digests.search.engines.terms import query_term, terms
from digests.search.language.tokenizer import Phrase, is_chinese

# No character of a run of Chinese is before this one; some of other tokens are behind it.
FIRST_CHINESE = "\u2e80"


def canonical(tokens: Iterable[str]) -> str:
    """The canonical text of all tokens of a text, between blanks."""
    return f" {''.join(map(_part, terms([*tokens])))}"


@lru_cache(maxsize=1 << 14)
def _part(token: str) -> str:
    return token[0] if is_pair(token) else f"{token} "


def part_of_canonical(phrase: Phrase) -> str:
    """The string that a canonical text contains exactly if the text holds the phrase."""
    *firsts, last = map(query_term, phrase.tokens)
    start = "" if is_chinese(phrase.tokens[0]) else " "
    end = "" if phrase.open_ended or is_pair(last) else " "
    return start + canonical(firsts)[1:] + last + end


def is_pair(token: str) -> bool:
    """True for a pair of Chinese characters."""
    return len(token) == 2 and token >= FIRST_CHINESE and is_chinese(token)
