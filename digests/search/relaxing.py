"""What else to look for when no topic has all that was asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from digests.search import syntax
from digests.search.query import Node, Text
from digests.search.results import Alternative


@dataclass(frozen=True)
class Relaxed:
    node: Node
    words: Sequence[Text]


def relaxed(query: syntax.Query) -> Relaxed | None:
    return None


def alternatives(
    query: syntax.Query, exact: int, count: Callable[[syntax.Query], int]
) -> list[Alternative]:
    return []
