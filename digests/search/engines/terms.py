"""What all engines make of a request: terms that their indexes hold, and a simpler tree.

An index holds the tokens of the texts and, as terms that begin with ``=``, what else is known of a
document. No token of a text begins so but ``=`` itself, which never ends a phrase; so neither a
phrase nor the beginning of a token is ever found among them.
"""

import hashlib
import re
from collections.abc import Iterator
from itertools import pairwise

from digests.search.analyzer import BREAK, Phrase, is_chinese
from digests.search.query import And, Filter, Node, Not, Or, Text

ALL = "=all"
"""The term of every document: what a negation takes away from."""

EVERYTHING = And(())
NOTHING = Not(EVERYTHING)

TERM_LENGTH = 500
"""PostgreSQL takes 2,046 bytes for a term."""

WORD_LENGTH = 6
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def term(token: str) -> str:
    """A token as an index can hold it: what is longer than `TERM_LENGTH` ends in its hash."""
    if len(token) <= TERM_LENGTH:
        return token
    return token[: TERM_LENGTH - 64] + hashlib.sha256(token.encode()).hexdigest()


def asked(token: str) -> str:
    """A `term` that is looked for; what no database can hold is replaced."""
    return term(_UNSTORABLE.sub("\ufffd", token))


def word_term(word: str) -> str:
    return f"=w={word}"


def character_term(character: str) -> str:
    return f"=u={character}"


def filter_term(token: str) -> str:
    return term(f"={token}")


def character_of(phrase: Phrase) -> str | None:
    """The Chinese character that is all a phrase has."""
    token = phrase.tokens[0]
    is_one = phrase.open_ended and len(phrase.tokens) == 1 and len(token) == 1
    return token if is_one and is_chinese(token) else None


def word_of(phrase: Phrase) -> str | None:
    """The Chinese run that a phrase is, where it is short enough to be a word."""
    pairs = phrase.tokens
    if phrase.open_ended or not 1 <= len(pairs) < WORD_LENGTH:
        return None
    if any(len(pair) != 2 or not is_chinese(pair) for pair in pairs):
        return None
    if any(left[1] != right[0] for left, right in pairwise(pairs)):
        return None
    return pairs[0] + "".join(pair[1] for pair in pairs[1:])


def simplified(node: Node) -> Node:
    """The same question without empty phrases, double negations and nests of one kind.

    `EVERYTHING` and `NOTHING` are left only as the whole tree, and an `And` has a part or more.
    """
    match node:
        case Text() if not node.phrase.tokens:
            return EVERYTHING
        case Not():
            part = simplified(node.part)
            return part.part if isinstance(part, Not) else Not(part)
        case And():
            return _joined(And, node.parts, neutral=EVERYTHING, final=NOTHING)
        case Or():
            return _joined(Or, node.parts, neutral=NOTHING, final=EVERYTHING)
    return node


def _joined(
    kind: type[And] | type[Or], parts: tuple[Node, ...], *, neutral: Node, final: Node
) -> Node:
    flat: dict[Node, None] = {}
    for part in map(simplified, parts):
        if part == final:
            return final
        if isinstance(part, kind) and part != EVERYTHING:
            flat.update(dict.fromkeys(part.parts))
        elif part != neutral:
            flat[part] = None
    if len(flat) == 1:
        return next(iter(flat))
    return kind(tuple(flat)) if flat else neutral


def texts(node: Node) -> Iterator[Text]:
    """The texts that hits are to hold, not those that they must not."""
    match node:
        case Text():
            yield node
        case And() | Or():
            for part in node.parts:
                yield from texts(part)


def alternatives(node: Node) -> Iterator[Text]:
    """Those of `texts` of which hits need not hold every one."""
    match node:
        case Or():
            yield from texts(node)
        case And():
            for part in node.parts:
                yield from alternatives(part)


def has_break(node: Node) -> bool:
    match node:
        case Text():
            return BREAK in node.phrase.tokens
        case Not():
            return has_break(node.part)
        case And() | Or():
            return any(map(has_break, node.parts))
        case Filter():
            return False
