"""Trees of queries: a form that tests can compare, and their evaluation in Python."""

from collections.abc import Sequence

from digests.search.engines.requests import Entry
from digests.search.language.parser import NoteCode, Query
from digests.search.language.tokenizer import Phrase
from digests.search.language.tree import And, Filter, Node, Not, Or, Text, leaves


def shown(node: Node | None) -> str:
    """A tree in one line: ``a & (b | -c) & tag=rag``."""
    match node:
        case None:
            return "nothing"
        case And(()):
            return "everything"
        case And(parts):
            return " & ".join(shown(part) for part in parts)
        case Or(parts):
            return f"({' | '.join(shown(part) for part in parts)})"
        case Not(part):
            return f"-{shown(part)}"
        case Filter():
            return node.token
        case Text():
            return f"“{node.typed}”" if node.is_quoted else node.typed


def codes(query: Query) -> list[NoteCode]:
    return [note.code for note in query.notes]


def leaves_of(query: Query) -> list[Text | Filter]:
    return list(leaves(query.node)) if query.node is not None else []


def holds(node: Node, document: Entry) -> bool:
    """Evaluate ``node`` for a document, as every engine must."""
    match node:
        case And(parts):
            return all(holds(part, document) for part in parts)
        case Or(parts):
            return any(holds(part, document) for part in parts)
        case Not(part):
            return not holds(part, document)
        case Filter():
            return node.token in document.filters
        case Text():
            return any(_occurs(node.phrase, text) for text in document.texts)


def _occurs(phrase: Phrase, tokens: Sequence[str]) -> bool:
    *whole, last = phrase.tokens
    for at in range(len(tokens) - len(whole)):
        end = at + len(whole)
        if list(tokens[at:end]) == whole and (
            tokens[end] == last or (phrase.open_ended and tokens[end].startswith(last))
        ):
            return True
    return False
