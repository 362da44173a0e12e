"""A reader's query → what the search page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from math import ceil
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from digests.models import SearchDocument
from digests.search import analyzer, engines, presenting, relaxing, syntax
from digests.search.documents import place_from
from digests.search.engines.base import FACET_FIELDS, RANKED, Collection, Engine, Order, Request
from digests.search.engines.terms import whole_title_filter
from digests.search.query import And, Days, Filter, Node, Text
from digests.search.results import NameHit, Results, Suggestion
from digests.vocabulary import DocumentKind

HITS_ON_PAGE = 20
NAMES_ON_PAGE = 6
SUGGESTED_TOPICS = 5
SUGGESTED_NAMES = 3  # of each kind


def search(
    text: str,
    *,
    chosen: Mapping[str, Sequence[str]] | None = None,
    order: Order = Order.RELEVANCE,
    page: int = 1,
) -> Results:
    """``chosen`` are the values of facets that hits must have, by field: ``{"tag": ["rag"]}``.

    Raises nothing, whatever the text is. Some fourteen queries, some more where nothing is found.
    """
    query = syntax.parse(text)
    filters = presenting.filters(chosen or {})
    if query.node is None and not filters and query.days == Days():
        return Results(query, order, total=0, pages=1, page=1)
    engine = engines.current()
    asked = _asked(query, filters)
    request, total = asked.request, asked.total
    reached = total if order is Order.NEWEST else min(total, RANKED)
    pages = max(1, ceil(reached / HITS_ON_PAGE))
    page = min(max(1, page), pages)
    offset = (page - 1) * HITS_ON_PAGE
    places = engine.search(request, order, offset=offset, limit=HITS_ON_PAGE, total=total)
    return Results(
        query,
        order,
        total,
        pages,
        page,
        hits=presenting.hits(places, [word.phrase for word in asked.words]),
        names=_names(engine, query) if page == 1 and not filters else (),
        facets=presenting.facets(engine.facets(request, FACET_FIELDS), filters, total),
        chips=presenting.chips(filters),
        relaxed=[word.typed for word in asked.words] if asked.is_relaxed else (),
        alternatives=relaxing.alternatives(
            query, asked.exact, lambda other: engine.count(topics_asked(other, filters))
        ),
        unfiltered=engine.count(topics_asked(query)) if filters and not asked.exact else 0,
        unranked=total - reached,
    )


def newest(
    text: str, *, chosen: Mapping[str, Sequence[str]], limit: int
) -> QuerySet[SearchDocument, int]:
    """The ids of the newest topics that have all that was typed and chosen; nothing is relaxed.
    One query here, and the answer is another."""
    query = syntax.parse(text)
    filters = presenting.filters(chosen)
    places: Sequence[int] = ()
    if query.node is not None or filters or query.days != Days():
        request = topics_asked(query, filters)
        places = engines.current().search(request, Order.NEWEST, offset=0, limit=limit)
    found = SearchDocument.objects.filter(collection=Collection.TOPICS, place__in=places)
    return found.values_list("object_id", flat=True)


class _Asked(NamedTuple):
    """What is asked of the engine, which finds ``total`` topics; ``exact`` are those that have all
    that was typed."""

    request: Request
    words: Sequence[Text]
    total: int
    exact: int

    @property
    def is_relaxed(self) -> bool:
        return self.total > self.exact


def _asked(query: syntax.Query, filters: Sequence[Filter]) -> _Asked:
    engine = engines.current()
    request = topics_asked(query, filters)
    exact = engine.count(request)
    relaxed = None if exact else relaxing.relaxed(query)
    if relaxed is None:
        return _Asked(request, query.words, exact, exact)
    request = replace(request, node=And((relaxed.node, *filters)), boosts=())
    return _Asked(request, relaxed.words, engine.count(request), exact)


def suggest(text: str) -> list[Suggestion]:
    """Topics, tags and references whose names hold what was typed so far."""
    query = syntax.parse(text)
    if not query.words or not _is_plain(query.node):
        return []
    *complete, last = query.words
    begun = replace(last, phrase=last.phrase._replace(open_ended=True))
    node = And((*complete, begun))
    exact = whole_title_filter(analyzer.phrase(analyzer.fold(query.typed)).tokens)
    names = [
        place
        for kind in (DocumentKind.TAG, DocumentKind.REFERENCE)
        for place in _begun(Collection.NAMES, exact, node, SUGGESTED_NAMES, Filter("type", kind))
    ]
    topics = _begun(Collection.TOPICS, exact, node, SUGGESTED_TOPICS)
    return presenting.suggestions(topics, names)


def _begun(
    collection: Collection, exact: Node, begun: Node, limit: int, *conditions: Node
) -> list[int]:
    """What has exactly this name, then the newest whose name holds it. Two queries."""
    engine = engines.current()
    places = [
        place
        for node in (exact, begun)
        for place in engine.suggest(Request(collection, And((*conditions, node))), limit)
    ]
    return list(dict.fromkeys(places))[:limit]


def topics_asked(query: syntax.Query, filters: Sequence[Filter] = ()) -> Request:
    """What the engine is asked for the topics that a query means."""
    node = query.node if query.node is not None else And(())
    days = query.days
    return Request(
        Collection.TOPICS,
        And((node, *filters)) if filters else node,
        first=_first_place(days.first),
        before=_first_place(days.before),
        boosts=_boosts(query) if _is_plain(query.node) else (),
    )


def _boosts(query: syntax.Query) -> Sequence[Node]:
    """What goes first: all words in a row."""
    in_a_row = Text(query.typed, analyzer.phrase(analyzer.fold(query.typed)))
    return [in_a_row] if len(query.words) > 1 else []


def _is_plain(node: Node | None) -> bool:
    """Whether it is nothing but words that must all be there."""
    match node:
        case Text():
            return True
        case And(parts):
            return all(isinstance(part, Text) for part in parts)
    return False


def _first_place(day: date | None) -> int | None:
    return None if day is None else place_from(timezone.make_aware(datetime.combine(day, time.min)))


def _names(engine: Engine, query: syntax.Query) -> Sequence[NameHit]:
    if query.node is None or not _is_plain(query.node):
        return ()
    request = Request(Collection.NAMES, query.node, boosts=_boosts(query))
    places = engine.search(request, Order.RELEVANCE, offset=0, limit=NAMES_ON_PAGE)
    return presenting.names(places, [word.phrase for word in query.words])
