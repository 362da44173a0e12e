"""Search for pages: a reader's query → the contents of the search page.

A search counts its hits, ranks them, and reads the rows of the hits on the page. If nothing is
found, it looks for similar words, and for topics with some of the words. The number of queries
depends on the text and on the kinds of rows found, never on the number of rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from math import ceil
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from digests.models import Reader, SearchDocument
from digests.search import engines
from digests.search.engines import Collection, Order, Request
from digests.search.engines.requests import RANKED, Overview
from digests.search.engines.terms import whole_title_filter
from digests.search.index.documents import first_document_id
from digests.search.language import parser, tokenizer
from digests.search.language.tree import And, Days, Filter, Node, Text
from digests.search.results import presenting, relaxing, rows
from digests.search.results.model import Alternative, NameHit, Results, Suggestion
from digests.vocabulary import DocumentKind

HITS_ON_PAGE = 20
NAMES_ON_PAGE = 6
SUGGESTED_TOPICS = 5
SUGGESTED_NAMES = 3  # of each kind
ANYBODY = AnonymousUser()


@dataclass(frozen=True)
class _Search:
    user: Reader
    query: parser.Query
    filters: Sequence[Filter]
    order: Order
    page: int

    @property
    def topics(self) -> Request:
        return topic_request(self.query, self.filters)

    def counts(self, others: Sequence[str]) -> dict[str, int]:
        """The number of topics that each of these other queries finds with the same filters."""
        requests = [topic_request(parser.parse(other), self.filters) for other in others]
        return dict(zip(others, engines.current().counts(requests), strict=True))


class _Page(NamedTuple):
    """Page ``number`` of ``pages``, which show the first ``shown`` hits."""

    number: int
    pages: int
    shown: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * HITS_ON_PAGE


class _Found(NamedTuple):
    """The hits of a page.

    ``topics`` are their document ids. Each hit has all ``words``, or some of them if it
    ``is_relaxed``.
    """

    overview: Overview
    page: _Page
    topics: Sequence[int]
    words: Sequence[Text]
    alternatives: Sequence[Alternative]
    is_relaxed: bool = False
    unfiltered: int = 0


def search(
    text: str,
    *,
    chosen: Mapping[str, Sequence[str]] | None = None,
    order: Order = Order.RELEVANCE,
    page: int = 1,
    user: Reader = ANYBODY,
) -> Results:
    """Find a page of topics, and the names, facets and other queries that are shown beside them.
    ``chosen``: the values of facets that hits must have, by field, as in ``{"tag": ["rag"]}``.
    Rows are those that ``user`` may read, by default somebody without an account.

    Raises nothing, whatever the text is. At most some twenty queries.
    """
    asked = _Search(user, parser.parse(text), presenting.filters(chosen or {}), order, page)
    if not _is_asking(asked.query, asked.filters):
        return Results(asked.query, order, total=0, pages=1, page=1)
    overview = engines.current().overview(asked.topics)
    found = _exact(asked, overview) if overview.total else _relaxed(asked)
    return _results(asked, found)


def newest(
    text: str, *, chosen: Mapping[str, Sequence[str]], limit: int
) -> QuerySet[SearchDocument, int]:
    """Ids of the newest topics that match text and facets exactly, as a lazy queryset. Preparing it
    takes one query."""
    query, filters = parser.parse(text), presenting.filters(chosen)
    request = topic_request(query, filters)
    limit = limit if _is_asking(query, filters) else 0
    document_ids = engines.current().search(request, Order.NEWEST, limit=limit)
    found = SearchDocument.objects.filter(collection=Collection.TOPICS, place__in=document_ids)
    return found.values_list("object_id", flat=True)


def suggest(text: str, user: Reader = ANYBODY) -> list[Suggestion]:
    """Tags, references and topics whose names hold the text typed so far: exact names first, then
    the newest. At most six queries."""
    query = parser.parse(text)
    if not query.words or not _is_plain(query.node):
        return []
    *complete, last = query.words
    begun = replace(last, phrase=last.phrase._replace(open_ended=True))
    exact = whole_title_filter(tokenizer.phrase(tokenizer.fold(query.typed)).tokens)
    titles: list[Node] = [exact, And((*complete, begun))]
    kinds = [Filter("type", kind) for kind in (DocumentKind.TAG, DocumentKind.REFERENCE)]
    names = [Request(Collection.NAMES, And((kind, title))) for kind in kinds for title in titles]
    topics = [Request(Collection.TOPICS, title) for title in titles]
    found = engines.current().suggest([*names, *topics], SUGGESTED_TOPICS)
    pairs = zip(found[::2], found[1::2], strict=True)
    tags, references, of_topics = (list(dict.fromkeys(exactly + some)) for exactly, some in pairs)
    of_names = [*tags[:SUGGESTED_NAMES], *references[:SUGGESTED_NAMES]]
    shown = rows.names(user, Collection.NAMES, of_names)
    shown += rows.names(user, Collection.TOPICS, of_topics[:SUGGESTED_TOPICS])
    return [Suggestion(one.kind, one.title, one.address) for one in shown]


def topic_request(query: parser.Query, filters: Sequence[Filter] = ()) -> Request:
    """The engine's request for the topics that a query means."""
    node = query.node if query.node is not None else And(())
    days = query.days
    return Request(
        Collection.TOPICS,
        And((node, *filters)) if filters else node,
        first=_first_document_id(days.first),
        before=_first_document_id(days.before),
        boosts=_boosts(query) if _is_plain(query.node) else (),
    )


def _exact(asked: _Search, overview: Overview) -> _Found:
    """The topics that the query means."""
    page = _page(asked, overview.total)
    topics = _topics_on(page, asked, asked.topics, overview.total)
    alternatives = relaxing.most_found(_counts_of_forms(asked))
    return _Found(overview, page, topics, asked.query.words, alternatives)


def _relaxed(asked: _Search) -> _Found:
    """Topics with some of the words, since none has all, and other queries that find something."""
    engine, query = engines.current(), asked.query
    words = relaxing.demanded(query)
    alone = [topic_request(_alone(query, word), asked.filters) for word in words]
    all_topics, *counts = engine.counts([Request(Collection.TOPICS, And(())), *alone])
    missing = [word for word, count in zip(words, counts, strict=True) if not count]
    helped = relaxing.help_with(query, missing, all_topics)
    others = asked.counts([*helped.spellings, *(other for other, _ in helped.shorter)])
    relaxed = helped.relaxed
    request = replace(asked.topics, node=And((relaxed.node, *asked.filters)), boosts=())
    overview = engine.overview(request)
    page = _page(asked, overview.total)
    return _Found(
        overview,
        page,
        _topics_on(page, asked, request, relaxed.total),
        relaxed.words,
        helped.alternatives(others),
        is_relaxed=overview.total > 0,
        unfiltered=engine.count(topic_request(query)) if asked.filters else 0,
    )


def _results(asked: _Search, found: _Found) -> Results:
    overview, filters = found.overview, asked.filters
    listed = presenting.counted(overview.facets, filters, overview.total)
    tag_names = rows.tag_names(asked.user, presenting.tag_slugs(listed, filters))
    return Results(
        asked.query,
        asked.order,
        overview.total,
        found.page.pages,
        found.page.number,
        hits=presenting.hits(
            rows.topics(asked.user, found.topics), [word.phrase for word in found.words]
        ),
        names=_names(asked) if found.page.number == 1 else (),
        facets=presenting.facets(listed, tag_names),
        chips=presenting.chips(filters, tag_names),
        relaxed=[word.typed for word in found.words] if found.is_relaxed else (),
        alternatives=found.alternatives,
        unfiltered=found.unfiltered,
        unranked=overview.total - found.page.shown,
    )


def _names(asked: _Search) -> list[NameHit]:
    """Tags, references and digests whose names match the query."""
    node, engine = asked.query.node, engines.current()
    if asked.filters or node is None or not _is_plain(node):
        return []
    request = Request(Collection.NAMES, node, boosts=_boosts(asked.query))
    found = engine.search(request, Order.RELEVANCE, limit=NAMES_ON_PAGE)
    phrases = [word.phrase for word in asked.query.words]
    return presenting.names(rows.names(asked.user, Collection.NAMES, found), phrases)


def _topics_on(page: _Page, asked: _Search, request: Request, total: int) -> list[int]:
    part = {"offset": page.offset, "limit": HITS_ON_PAGE}
    return engines.current().search(request, asked.order, total=total, **part)


def _page(asked: _Search, total: int) -> _Page:
    """The requested page, or the last one if there are fewer."""
    shown = total if asked.order is Order.NEWEST else min(total, RANKED)
    pages = max(1, ceil(shown / HITS_ON_PAGE))
    return _Page(min(max(1, asked.page), pages), pages, shown)


def _counts_of_forms(asked: _Search) -> dict[str, int]:
    """Numbers of topics that the query finds with other forms of a word.

    A form without a topic of its own is left out, because with OR the rest of the query would find
    the same.
    """
    forms = relaxing.other_forms(asked.query)
    alone = {other: form for other, form in forms.items() if form}
    requests = [topic_request(_alone(asked.query, form)) for form in alone.values()]
    held = dict(zip(alone, engines.current().counts(requests), strict=True))
    return asked.counts([other for other in forms if held.get(other, 1)])


def _alone(query: parser.Query, word: Text) -> parser.Query:
    return replace(query, node=word, days=Days())


def _is_asking(query: parser.Query, filters: Sequence[Filter]) -> bool:
    return query.node is not None or bool(filters) or query.days != Days()


def _boosts(query: parser.Query) -> Sequence[Node]:
    """The whole query as one phrase, whose hits come first."""
    in_a_row = Text(query.typed, tokenizer.phrase(tokenizer.fold(query.typed)))
    return [in_a_row] if len(query.words) > 1 else []


def _is_plain(node: Node | None) -> bool:
    """True if a tree is a plain list of required words."""
    parts = node.parts if isinstance(node, And) else (node,)
    return all(isinstance(part, Text) for part in parts)


def _first_document_id(day: date | None) -> int | None:
    midnight = None if day is None else timezone.make_aware(datetime.combine(day, time.min))
    return first_document_id(midnight) if midnight else None
