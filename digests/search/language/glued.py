"""Words that were typed in one piece: their parts, and other spellings of names with digits.

Text in, text out. Which of them topics have is for the caller to count.
"""

import re
from collections.abc import Iterator, Sequence

from digests.search.language import tokenizer
from digests.search.language.tokenizer import fold

# Parts of a word at most.
PARTS = 6

_OF_QUESTIONS = """
什么 怎么 怎样 怎么样 怎么办 如何 为什么 为何 哪些 哪个 哪里 哪种 哪儿 是否 能否 可否 可以 多少 几个
请问 有没有 是不是 能不能 需要 应该 可能 没有 这个 那个 这些 那些 一个 一些 一下 我们 你们 他们 大家
还是 或者 以及 因为 所以 但是 如果
what how why when where which who whom whose is are was were be been do does did can could should
would will may might the an this that these those it its of to in on at by for from with without
and or not there any some we you they
"""
QUESTION_WORDS = frozenset(_OF_QUESTIONS.split())
# Characters that belong to no word behind them.
_PARTICLES = "的了着地得和与及或在是有对把被用从到为以让给吗呢吧年月日"

_SIGN = "[-_ ‐‑–−]"
_LETTER, _DIGIT = "[A-Za-z]", "[0-9]"
# The V of a version stays with its number, as in v2 and DeepSeekV2.
_OF_VERSION = f"(?<!{_LETTER}{{3}}[vV])(?<!(?<!{_LETTER})[vV])"
_LETTER_DIGIT = re.compile(f"(?<={_LETTER}){_OF_VERSION}(?={_DIGIT})")
_DIGIT_LETTER = re.compile(f"(?<={_DIGIT})(?={_LETTER})")
_LETTER_SIGN_DIGIT = re.compile(f"(?<={_LETTER}){_SIGN}(?={_DIGIT})")
_DIGIT_SIGN_LETTER = re.compile(f"(?<={_DIGIT}){_SIGN}(?={_LETTER})")
_LETTER_SIGN_LETTER = re.compile(f"(?<={_LETTER}){_SIGN}(?={_LETTER})")
_VERSION = re.compile(f"(?<={_LETTER}{{3}})(?=[vV]{_DIGIT})")
# Signs of addresses, which have one spelling.
_OF_ADDRESS = re.compile(r"[/:@\\]")


def parts(typed: str) -> list[Sequence[str]]:
    """Cut a word at the borders of scripts and words. Returns no way, one or two ways to cut it:
    ``80G显存`` is 80G and 显存; ``大模型部署`` is 大模型 and 部署, or 模型 and 部署.

    Signs and words of questions are left out, such as 怎么. A single Chinese character belongs to
    the word behind it in the first way, and is left out in the second.
    """
    folded = fold(typed)
    spelled = typed if len(typed) == len(folded) else folded
    joined, short = list[str](), list[str]()
    before = ""
    for start, end in tokenizer.places_of_words(folded):
        word = spelled[start:end]
        is_chinese = tokenizer.is_chinese(folded[start])
        if is_chinese and len(word) == 1:
            before = "" if word in _PARTICLES else word
            continue
        if folded[start:end] not in QUESTION_WORDS:
            joined.append(before + word if is_chinese else word)
            short.append(word)
        before = ""
    ways = dict.fromkeys(tuple(dict.fromkeys(way))[:PARTS] for way in (joined, short))
    return [way for way in ways if way and way != (typed,)]


def other_spellings(typed: str) -> Iterator[str]:
    """Yield other spellings of a name: ``gpt-4`` for ``gpt4``, ``Llama3`` for ``Llama-3``,
    ``4-bit`` for ``4bit``, ``DeepSeek-V2`` for ``DeepSeekV2``, ``KV cache`` and ``KVcache`` for
    ``KV-cache``.

    Between letters and digits a blank is as good as nothing: ``llama3`` finds ``Llama 3``, too.
    """
    if _OF_ADDRESS.search(typed):
        return
    apart, together = _LETTER_DIGIT.sub("-", typed), _LETTER_SIGN_DIGIT.sub("", typed)
    spelled = [apart, _LETTER_SIGN_DIGIT.sub("-", typed)]
    spelled += [together, _DIGIT_SIGN_LETTER.sub("", together), _VERSION.sub("-", typed)]
    if apart == together == typed:
        spelled += [_DIGIT_LETTER.sub("-", typed), _DIGIT_SIGN_LETTER.sub("", typed)]
    spelled += [_LETTER_SIGN_LETTER.sub(sign, typed) for sign in ("-", " ", "")]
    yield from (other for other in dict.fromkeys(spelled) if fold(other) != fold(typed))
