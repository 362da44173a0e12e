"""Syntax highlighting of source code, for languages that digests show."""

import re
from functools import cache
from typing import TYPE_CHECKING

from django.utils.html import escape
from pygments.token import Token as Kind
from pygments.token import _TokenType

if TYPE_CHECKING:
    from pygments.lexer import Lexer

# Maximum number of characters of a highlighted block.
LONGEST = 20_000

# Languages are never guessed. Java and C# are missing, as their lexers are slow on hostile code.
_NAMES = (
    "bash c c++ console cpp css cuda diff docker dockerfile go graphql haskell html ini javascript"
    " js json julia latex lua perl php powershell proto protobuf py pycon python r rb rs ruby rust"
    " sh shell sql swift tex toml ts typescript xml yaml yml zsh"
)
_LANGUAGES = frozenset(_NAMES.split())
# On long lines and long runs of blanks, lexers backtrack in quadratic time.
_SLOW = re.compile(r"[^\n]{1000}|\s{80}")
# Names are those of Pygments' style sheets. A token type without one has that of its parent.
_CLASSES = {
    Kind.Comment: "c",
    Kind.Keyword: "k",
    Kind.Operator.Word: "k",
    Kind.Name.Tag: "k",
    Kind.Literal.String: "s",
    Kind.Literal.Number: "m",
    Kind.Name.Constant: "m",
    Kind.Name.Function: "nf",
    Kind.Name.Class: "nf",
    Kind.Name.Decorator: "nf",
    Kind.Name.Attribute: "na",
    Kind.Name.Builtin: "nb",
    Kind.Name.Variable: "nb",
    Kind.Generic.Deleted: "gd",
    Kind.Generic.Inserted: "gi",
    Kind.Generic.Output: "c",
    Kind.Generic.Prompt: "c",
}
CLASSES = frozenset(_CLASSES.values())


def highlighted(code: str, language: str) -> str:
    """Escape code, with spans of `CLASSES` around its tokens if the language is known."""
    lexer = _lexer(language.lower())
    if lexer is None or len(code) > LONGEST or _SLOW.search(code):
        return escape(code)
    pieces: list[tuple[str, str]] = []
    for kind, text in lexer.get_tokens(code):
        name = _class(kind)
        if pieces and (pieces[-1][0] == name or not text.strip()):
            pieces[-1] = pieces[-1][0], pieces[-1][1] + text
        else:
            pieces.append((name, text))
    if "".join(text for _, text in pieces) != code:
        return escape(code)  # the lexer has changed the text
    return "".join(
        f'<span class="{name}">{escape(text)}</span>' if name else escape(text)
        for name, text in pieces
    )


@cache
def _lexer(language: str) -> "Lexer | None":
    if language not in _LANGUAGES:
        return None
    # Here, because whoever only reads pages needs no lexer. They take 1 MB.
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415

    return get_lexer_by_name(language, stripnl=False, ensurenl=False)


@cache
def _class(kind: _TokenType) -> str:
    while kind not in _CLASSES:
        if kind.parent is None:
            return ""
        kind = kind.parent
    return _CLASSES[kind]
