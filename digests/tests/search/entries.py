"""Builders for entries, and shortcuts for requests to an engine."""

from collections import Counter
from typing import Any

from digests.search.engines import Collection, Order, Request
from digests.search.engines.base import Engine
from digests.search.engines.requests import Entry
from digests.search.language.tokenizer import characters, fold, phrase, tokens, words
from digests.search.language.tree import And, Node, Text

EVERYTHING = And(())


def entry(document_id: int, title: str = "", body: str = "", **texts: str) -> Entry:
    """An entry as the index makes it of texts. ``filters`` are separated by blanks."""
    filters = texts.pop("filters", "").split()
    folded = {name: fold(text) for name, text in {"title": title, "body": body, **texts}.items()}
    together = "\n".join(folded.values())
    return Entry(
        document_id,
        **{name: tokens(text) for name, text in {"title": "", **folded}.items()},
        words=sorted(words(together)),
        characters=sorted(characters(together)),
        title_characters=sorted(characters(folded["title"])),
        filters=filters,
    )


def text(typed: str) -> Text:
    return Text(typed, phrase(fold(typed)))


def request(node: Node | str, **rest: Any) -> Request:
    return Request(Collection.TOPICS, text(node) if isinstance(node, str) else node, **rest)


def page(engine: Engine, node: Node | str, order: Order, offset: int, limit: int) -> list[int]:
    return engine.search(request(node), order, offset=offset, limit=limit)


def found(engine: Engine, node: Node | str, order: Order = Order.NEWEST, **rest: Any) -> list[int]:
    return engine.search(request(node, **rest), order, limit=10_000)


def facets(engine: Engine, node: Node | str, **rest: Any) -> dict[str, Counter[str]]:
    return engine.overview(request(node, **rest)).facets


def ranked(engine: Engine, node: Node | str, **rest: Any) -> list[int]:
    return found(engine, node, Order.RELEVANCE, **rest)


def suggested(engine: Engine, asked: Request, limit: int) -> list[int]:
    [found] = engine.suggest([asked], limit)
    return found


def index(engine: Engine, *entries: Entry) -> None:
    engine.index(Collection.TOPICS, entries)
