"""What a query was read as, in forms that tests can compare."""

from digests.search.engines.terms import leaves
from digests.search.language.query import And, Filter, Node, Not, Or, Text
from digests.search.language.syntax import NoteCode, Query


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
