"""A reader's query → what the search page shows.

Few queries: what is counted of all hits is asked for in one, the places of those on the page in
one, what stands there in one. Where nothing is found, one looks for words like those that were
typed, and the next one for all that may be of help.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from math import ceil
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from digests.models import SearchDocument
from digests.search import engines
from digests.search.engines.asking import Question, ask
from digests.search.engines.base import RANKED, Collection, Order, Overview, Request
from digests.search.engines.terms import whole_title_filter
from digests.search.index.documents import place_from
from digests.search.index.stored import stored
from digests.search.language import parser, tokenizer
from digests.search.language.tree import And, Days, Filter, Node, Text
from digests.search.results import presenting, relaxing
from digests.search.results.model import Alternative, Results, Suggestion
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

    Raises nothing, whatever the text is. At most three queries, four where nothing is found.
    """
    query = parser.parse(text)
    asked = _Asked(query, presenting.filters(chosen or {}), order, page)
    if query.node is None and not asked.filters and query.days == Days():
        return Results(query, order, total=0, pages=1, page=1)
    counted = _counted(asked)
    return _shown(asked, (_found if counted.overview.total else _helped)(asked, counted))


@dataclass(frozen=True)
class _Asked:
    query: parser.Query
    filters: Sequence[Filter]
    order: Order
    page: int

    def topics(self, query: parser.Query) -> Request:
        """For the topics that this or another query means, with the same filters."""
        return topics_asked(query, self.filters)

    @property
    def names(self) -> Request | None:
        node = self.query.node
        if self.filters or node is None or not _is_plain(node):
            return None
        return Request(Collection.NAMES, node, boosts=_boosts(self.query))


class _Counted(NamedTuple):
    """``names`` are how many tags, references and digests are found, ``forms`` are how many topics
    other forms of a word find. Where no topic is found, ``missing`` are words that nothing in all
    ``topics`` has."""

    overview: Overview
    names: int
    forms: Mapping[str, int]
    missing: Sequence[Text]
    topics: int


class _Page(NamedTuple):
    """One of ``pages`` that show so many of all hits; its hits begin at ``offset``."""

    number: int
    pages: int
    shown: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * HITS_ON_PAGE


class _Found(NamedTuple):
    """``topics`` and ``names`` are the places of what is on the page. The ``words`` are those of
    which hits have some if it ``is_relaxed``, else all."""

    overview: Overview
    page: _Page
    topics: Sequence[int]
    names: Sequence[int]
    words: Sequence[Text]
    alternatives: Sequence[Alternative]
    is_relaxed: bool = False
    unfiltered: int = 0


def _counted(asked: _Asked) -> _Counted:
    """One query."""
    engine, query = engines.current(), asked.query
    words = relaxing.demanded(query)
    alone = [asked.topics(_alone(query, word)) for word in words]
    everything = Request(Collection.TOPICS, And(()))
    of_all = engine.overview(asked.topics(query), [everything, *alone])
    names = [engine.count(asked.names)] if asked.names else []
    others = relaxing.other_forms(query)
    forms = _counts(asked, others)
    held = {
        other: engine.count(topics_asked(_alone(query, form)))
        for other, form in others.items()
        if form
    }
    answers = ask(of_all, *names, *forms.values(), *held.values())
    overview = answers[of_all]
    topics, *of_words = overview.otherwise
    return _Counted(
        overview,
        sum(answers[count] for count in names),
        {
            other: answers[count]
            for other, count in forms.items()
            if other not in held or answers[held[other]]
        },
        [word for word, number in zip(words, of_words, strict=True) if not number],
        topics,
    )


def newest(
    text: str, *, chosen: Mapping[str, Sequence[str]], limit: int
) -> QuerySet[SearchDocument, int]:
    """The ids of the newest topics that have all that was typed and chosen; nothing is relaxed.
    One query here, and the answer is another."""
    query = parser.parse(text)
    filters = presenting.filters(chosen)
    places: Sequence[int] = ()
    if query.node is not None or filters or query.days != Days():
        request = topics_asked(query, filters)
        newest = engines.current().search(request, Order.NEWEST, offset=0, limit=limit, total=limit)
        places = ask(newest)[newest]
    found = SearchDocument.objects.filter(collection=Collection.TOPICS, place__in=places)
    return found.values_list("object_id", flat=True)


def _alone(query: parser.Query, word: Text) -> parser.Query:
    return replace(query, node=word, days=Days())


def _found(asked: _Asked, counted: _Counted) -> _Found:
    """One query."""
    total = counted.overview.total
    page = _page(asked, total)
    topics = engines.current().search(
        asked.topics(asked.query),
        asked.order,
        offset=page.offset,
        limit=HITS_ON_PAGE,
        total=total,
    )
    names = _names(asked, counted, page)
    answers = ask(topics, *names)
    return _Found(
        counted.overview,
        page,
        answers[topics],
        [place for one in names for place in answers[one]],
        asked.query.words,
        relaxing.most_found(counted.forms),
    )


def _helped(asked: _Asked, counted: _Counted) -> _Found:
    """Two queries."""
    engine, query = engines.current(), asked.query
    helped = relaxing.help_with(query, counted.missing, counted.topics)
    others = _counts(asked, [*helped.spellings, *(other for other, _ in helped.shorter)])
    unfiltered = [engine.count(topics_asked(query))] if asked.filters else []
    names = _names(asked, counted, _page(asked, 0))
    relaxed = helped.relaxed
    request = replace(asked.topics(query), node=And((relaxed.node, *asked.filters)), boosts=())
    of_all = engine.overview(request)
    # Nobody knows yet on which page they are, so it is all up to the page.
    upto = min(max(1, asked.page) * HITS_ON_PAGE, counted.topics)
    topics = engine.search(request, asked.order, offset=0, limit=upto, total=relaxed.total)
    answers = ask(of_all, topics, *others.values(), *unfiltered, *names)
    overview = answers[of_all]
    page = _page(asked, overview.total)
    return _Found(
        overview,
        page,
        answers[topics][page.offset :][:HITS_ON_PAGE],
        [place for one in names for place in answers[one]],
        relaxed.words,
        helped.alternatives({other: answers[count] for other, count in others.items()}),
        is_relaxed=overview.total > 0,
        unfiltered=sum(answers[count] for count in unfiltered),
    )


def _shown(asked: _Asked, found: _Found) -> Results:
    """One query."""
    overview, filters = found.overview, asked.filters
    listed = presenting.counted(overview.facets, filters, overview.total)
    here = stored(
        {Collection.TOPICS: found.topics, Collection.NAMES: found.names},
        presenting.tag_slugs(listed, filters),
    )
    return Results(
        asked.query,
        asked.order,
        overview.total,
        found.page.pages,
        found.page.number,
        hits=presenting.hits(
            here.at(Collection.TOPICS, found.topics), [word.phrase for word in found.words]
        ),
        names=presenting.names(
            here.at(Collection.NAMES, found.names), [word.phrase for word in asked.query.words]
        ),
        facets=presenting.facets(listed, here.tag_names),
        chips=presenting.chips(filters, here.tag_names),
        relaxed=[word.typed for word in found.words] if found.is_relaxed else (),
        alternatives=found.alternatives,
        unfiltered=found.unfiltered,
        unranked=overview.total - found.page.shown,
    )


def _page(asked: _Asked, total: int) -> _Page:
    """The one that is asked for, or the last one."""
    shown = total if asked.order is Order.NEWEST else min(total, RANKED)
    pages = max(1, ceil(shown / HITS_ON_PAGE))
    return _Page(min(max(1, asked.page), pages), pages, shown)


def _names(asked: _Asked, counted: _Counted, page: _Page) -> list[Question[list[int]]]:
    """The question for tags, references and digests of that name, on the first page."""
    if not counted.names or not asked.names or page.number > 1:
        return []
    return [
        engines.current().search(
            asked.names, Order.RELEVANCE, offset=0, limit=NAMES_ON_PAGE, total=counted.names
        )
    ]


def _counts(asked: _Asked, others: Iterable[str]) -> dict[str, Question[int]]:
    """How many topics other queries find."""
    engine = engines.current()
    return {other: engine.count(asked.topics(parser.parse(other))) for other in others}


def suggest(text: str) -> list[Suggestion]:
    """Topics, tags and references whose names hold what was typed so far. Two queries."""
    query = parser.parse(text)
    if not query.words or not _is_plain(query.node):
        return []
    *complete, last = query.words
    begun = replace(last, phrase=last.phrase._replace(open_ended=True))
    exact = whole_title_filter(tokenizer.phrase(tokenizer.fold(query.typed)).tokens)
    nodes: list[Node] = [exact, And((*complete, begun))]
    tags = _suggested(Collection.NAMES, nodes, SUGGESTED_NAMES, Filter("type", DocumentKind.TAG))
    references = _suggested(
        Collection.NAMES, nodes, SUGGESTED_NAMES, Filter("type", DocumentKind.REFERENCE)
    )
    topics = _suggested(Collection.TOPICS, nodes, SUGGESTED_TOPICS)
    answers = ask(*tags, *references, *topics)

    def places(questions: Sequence[Question[list[int]]], limit: int) -> list[int]:
        """What has exactly this name, then the newest whose name holds it."""
        found = [place for question in questions for place in answers[question]]
        return list(dict.fromkeys(found))[:limit]

    names = [*places(tags, SUGGESTED_NAMES), *places(references, SUGGESTED_NAMES)]
    of_topics = places(topics, SUGGESTED_TOPICS)
    here = stored({Collection.NAMES: names, Collection.TOPICS: of_topics})
    return presenting.suggestions(
        [*here.at(Collection.NAMES, names), *here.at(Collection.TOPICS, of_topics)]
    )


def _suggested(
    collection: Collection, nodes: Sequence[Node], limit: int, *conditions: Node
) -> list[Question[list[int]]]:
    engine = engines.current()
    return [engine.suggest(Request(collection, And((*conditions, node))), limit) for node in nodes]


def topics_asked(query: parser.Query, filters: Sequence[Filter] = ()) -> Request:
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


def _boosts(query: parser.Query) -> Sequence[Node]:
    """What goes first: all words in a row."""
    in_a_row = Text(query.typed, tokenizer.phrase(tokenizer.fold(query.typed)))
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
