"""Index terms that all engines share, and the simplified tree that they make of a request.

An index holds the tokens of texts, and terms with the prefix ``=`` for all other properties of a
document. The only token with this prefix is ``=`` itself, which never ends a phrase. So neither a
phrase nor a prefix of a token can match these terms.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from digests.search.engines.requests import Entry
from digests.search.language.tokenizer import BREAK, Phrase, is_chinese, run_of
from digests.search.language.tree import And, Filter, Node, Not, Or, Text, positive_texts

# A term of every document, which a negation needs as its left side.
ALL = "=all"

EVERYTHING = And(())
NOTHING = Not(EVERYTHING)

# Maximum number of characters of a term, because PostgreSQL allows 2,046 bytes.
TERM_LENGTH = 500

WORD_LENGTH = 6
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def term(token: str) -> str:
    """The index term of a token. Tokens longer than `TERM_LENGTH` end in a hash."""
    if len(token) <= TERM_LENGTH:
        return token
    return token[: TERM_LENGTH - 64] + hashlib.sha256(token.encode()).hexdigest()


def terms(tokens: Sequence[str]) -> Sequence[str]:
    """The `term` of each token, at almost no cost if all are short."""
    is_any_long = max(map(len, tokens), default=0) > TERM_LENGTH
    return list(map(term, tokens)) if is_any_long else tokens


def query_term(token: str) -> str:
    """The `term` of a token in a query. Characters that no database can store are replaced."""
    return term(_UNSTORABLE.sub("\ufffd", token))


def filter_term(token: str) -> str:
    return term(f"={token}")


def is_word(leaf: Text | Filter) -> bool:
    return isinstance(leaf, Filter) and leaf.field == "w"


def word_term(word: str) -> str:
    return term(f"=w={word}")


def whole_title_filter(tokens: Sequence[str]) -> Filter:
    """A filter for titles with exactly these tokens, which may be those of a phrase or of a text: a
    text ends in a single character where it ends in Chinese."""
    *most, last = tokens
    if most and len(last) == 1 and len(most[-1]) == 2 and is_chinese(last) and is_chinese(most[-1]):
        return Filter("title", BREAK.join(most))
    return Filter("title", BREAK.join(tokens))


def terms_of_all(entry: Entry) -> list[str]:
    """The terms of a document besides those of its texts, words and characters."""
    known = [filter_term(token) for token in entry.filters]
    if entry.title:
        known.append(filter_term(whole_title_filter(entry.title).token))
    return [ALL, *known]


def character_term(character: str) -> str:
    return f"=u={character}"


def title_term(token: str) -> str:
    return f"=t={token}"


def title_character_term(character: str) -> str:
    return f"=c={character}"


@dataclass(frozen=True)
class TitleText(Text):
    """Condition: the title of a document holds the phrase."""


def with_texts(node: Node, changed: Callable[[Text], Node]) -> Node:
    """The tree with each of its texts replaced."""
    match node:
        case Text():
            return changed(node)
        case Not():
            return Not(with_texts(node.part, changed))
        case And() | Or():
            return type(node)(tuple(with_texts(part, changed) for part in node.parts))
        case Filter():
            return node


def of_titles(node: Node) -> Node:
    """The tree with each text restricted to titles."""
    return with_texts(node, lambda text: TitleText(text.typed, text.phrase))


def character_of(phrase: Phrase) -> str:
    """The character of a phrase that is a single Chinese character, else nothing."""
    run = run_of(phrase)
    return run if len(run) == 1 else ""


def word_of(phrase: Phrase) -> str:
    """The run of Chinese that a phrase consists of, if it is as short as a word, else nothing."""
    run = run_of(phrase)
    return run if 1 < len(run) <= WORD_LENGTH and not phrase.open_ended else ""


def word_filters(node: Node) -> list[Filter]:
    """Filters for the texts of a tree that may be words, true for documents in which they are
    words."""
    found = (word_of(text.phrase) for text in positive_texts(node))
    return list(dict.fromkeys(Filter("w", word) for word in found if word))


def simplified(node: Node) -> Node:
    """Simplify a tree: no empty phrases, double negations or nested nodes of one kind.

    `EVERYTHING` and `NOTHING` remain only as the whole tree, and an `And` has at least one part.
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


def choice_in(node: Node) -> tuple[Sequence[Node], Sequence[Node]] | None:
    """The texts of the longest choice that a simplified tree demands, such as the words of a
    question, and the other conditions of the tree.

    None if the tree has no such choice, or demands other texts as well.
    """
    parts = node.parts if isinstance(node, And) else (node,)
    choices = [part for part in parts if isinstance(part, Or)]
    choices = [part for part in choices if all(isinstance(one, Text) for one in part.parts)]
    if not choices or any(isinstance(part, Text) for part in parts):
        return None
    longest = max(choices, key=lambda part: len(part.parts))
    return longest.parts, [part for part in parts if part is not longest]
