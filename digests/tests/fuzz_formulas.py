"""Fuzz the reader of formulas with ``fuzz_formulas COUNT``, in a process that may crash."""

import random
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from digests.rendering.mathml import to_mathml

_STACK = 512 * 1024  # bytes; a thread has 8 MB on Linux and 512 KB on macOS
_NAMES = (
    r"\frac \sqrt \left( \right) \left. \middle| \over \choose \log \max \sum \limits \not \bf \rm"
    r" \text \textbf \mathrm \mathbf \mathbb \mathcal \mathop \operatorname \operatorname* \hat"
    r" \widehat \overline \underbrace \overset \xrightarrow \binom \genfrac \substack \smash \tag"
    r" \color{red} \textcolor \hspace{1em} \kern1em \raisebox{1em} \boxed \cancel \phantom \big"
    r" \displaystyle \bigg| \label \eqref \prescript \sideset \def\a \newcommand\a \a \let \global"
    r" \hline \\ \\[4pt] \newline \nonumber \' \" \, \! \% \$ \{ \} \| \unknown"
)
_COMMANDS = _NAMES.split()
_SIGNS = list(
    "{}[]()^_&<>\"'#$%~|=+-*/.,;:!?@`1x甲，é√∑𝐱😀\x00\x1b\n\r\u2028\u202e\u200b\u0301\ufffe"
)
_SIGNS += ["\ud800", "\udfff"]
_ENVIRONMENTS = ["matrix", "cases", "aligned", "align", "array", "gather", "equation", "subarray"]


def _formula(chance: random.Random, depth: int) -> str:
    """A random formula that is mostly well-formed, so that the library parses it to the end."""
    match chance.randrange(9 if depth else 4):
        case 0:
            return chance.choice(_COMMANDS)
        case 1 | 2:
            return chance.choice("abcxyz0123456789+-=<,.'甲")
        case 3:
            return chance.choice(_SIGNS)
        case 4:
            return f"{_formula(chance, depth - 1)}{chance.choice('^_')}{_group(chance, depth)}"
        case 5:
            name = chance.choice(_ENVIRONMENTS)
            rows = chance.choice(["&", r"\\"]).join(_groups(chance, depth, 3))
            return rf"\begin{{{name}}}{rows}\end{{{name}}}"
        case 6:
            return rf"\left({_formula(chance, depth - 1)}\right)"
        case _:
            return chance.choice(_COMMANDS) + "".join(_groups(chance, depth, 2))


def _group(chance: random.Random, depth: int) -> str:
    return "{" + _formula(chance, depth - 1) + "}"


def _groups(chance: random.Random, depth: int, most: int) -> list[str]:
    return [_group(chance, depth) for _ in range(chance.randint(1, most))]


def _garbage(chance: random.Random) -> str:
    length = chance.choice([5, 50, 500, 2000])
    return "".join(chance.choices([*_COMMANDS, *_SIGNS], k=length))[:2001]


def _nested(chance: random.Random) -> str:
    """A deeply nested formula, up to the cap on depth and far beyond."""
    opening = chance.choice(_COMMANDS) + chance.choice([" ", "{", "[", "(", "^{"])
    closing = {"{": "}", "[": "]x", "(": ")"}.get(opening[-1], "")
    if chance.random() < 0.2:
        opening, closing = r"\begin{matrix}", r"\end{matrix}"
    depth = chance.choice([10, 39, 40, 41, 99, 100, 101, 30_000])
    return opening * depth + "x" + closing * depth


def _source(chance: random.Random) -> str:
    match chance.randrange(6):
        case 0:
            return _garbage(chance)
        case 1:
            return _nested(chance)
        case _:
            return "".join(_formula(chance, 6) for _ in range(chance.randint(1, 4)))


def _read(count: int) -> int:
    chance = random.Random(14)  # noqa: S311 - the same formulas each time
    found = (to_mathml(_source(chance), display=chance.random() < 0.5) for _ in range(count))
    return sum(mathml is not None for mathml in found)


if __name__ == "__main__":
    threading.stack_size(_STACK)
    with ThreadPoolExecutor(1) as threads:
        total = int(sys.argv[1])
        read = threads.submit(_read, total).result()
    sys.stdout.write(f"{read} {total - read}\n")
