"""Builders for search results as `find` returns them, for tests of pages without an index."""

from typing import Any

from digests.models import Topic
from digests.models.tags import TagLink
from digests.search.engines import Order
from digests.search.language.parser import Query
from digests.search.language.tokenizer import fold, phrase
from digests.search.language.tree import And, Days, Filter, Node, Not, Text
from digests.search.results.model import (
    Excerpt,
    Facet,
    FacetValue,
    Hit,
    HitDigest,
    HitTopic,
    Results,
)


def text(typed: str) -> Text:
    return Text(typed, phrase(fold(typed)))


def query(*parts: Node, days: Days | None = None, **fields: Any) -> Query:
    return Query("", And(parts), days or Days(), **fields)


def hit(topic: Topic, word: str = "状态") -> Hit:
    """A hit with ``word`` marked in its title and in an excerpt of each point."""
    excerpts = [Excerpt(pieces(p.text, word), p.label, p.kind) for p in topic.points.all()]
    tags = [TagLink(tag.name, tag.slug) for tag in topic.own_tags]
    digest = HitDigest(*(getattr(topic.digest, name) for name in HitDigest._fields))
    found = HitTopic(topic.pk, topic.title, topic.number, digest)
    return Hit(found, pieces(topic.title, word), excerpts, tags)


def pieces(source: str, word: str) -> list[tuple[str, bool]]:
    before, found, after = source.partition(word)
    return [(piece, piece == found) for piece in (before, found, after) if piece]


def results(*topics: Topic, **fields: Any) -> Results:
    """A page of results with these topics, for a query with two words and a tag."""
    fields.setdefault("query", query(text("状态"), Not(text("LoRA")), Filter("tag", "rag")))
    fields.setdefault("total", len(topics))
    fields.setdefault("hits", [hit(topic) for topic in topics])
    return Results(**{"order": Order.RELEVANCE, "page": 1, "pages": 1, **fields})


FACETS = [
    Facet("tag", [FacetValue("rag", "RAG", 12), FacetValue("强化学习", "强化学习", 3)]),
    Facet("label", [FacetValue("conclusion", "结论", 9), FacetValue("question", "问题", 4)]),
    Facet("kind", [FacetValue("paper", "论文", 7)]),
    Facet("year", [FacetValue("2024", "2024", 12)]),
]
