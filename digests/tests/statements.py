"""The size of the statements that a block sends to the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass
class Longest:
    """The most parameters, and the most characters, of one statement."""

    parameters: int = 0
    characters: int = 0


@contextmanager
def longest_statement() -> Iterator[Longest]:
    """Measure every statement of the block. INSERTs do not count: they hold what is written."""
    longest = Longest()

    def measure(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if not many and not sql.startswith("INSERT"):
            longest.parameters = max(longest.parameters, len(params or ()))
            longest.characters = max(longest.characters, len(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(measure):
        yield longest
