"""Search for pages: a reader's query → the contents of the search page.

A search counts its hits, ranks them, and reads the rows of the hits on the page. If nothing is
found, it looks for similar words, and for topics with some of the words. The number of queries
depends on the text and on the kinds of rows found, never on the number of rows.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cached_property
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils import timezone

from digests.models import Reader, SearchDocument
from digests.search import engines
from digests.search.engines import Collection, Order, Request
from digests.search.engines.requests import COUNTED, RANKED, Overview
from digests.search.engines.terms import whole_title_filter
from digests.search.index.documents import first_document_id, year_of
from digests.search.language import parser, tokenizer
from digests.search.language.tree import And, Filter, Node, Text
from digests.search.results import presenting, relaxing, rows
from digests.search.results.coverage import Coverage
from digests.search.results.model import NO_PARTS, Alternative, Hit, NameHit, Parts, Results
from digests.search.results.near_titles import near_titles
from digests.search.results.rows import FoundName
from digests.vocabulary import DocumentKind

HITS_ON_PAGE = 20
NAMES_ON_PAGE = 6
SUGGESTED_TOPICS = 5
SUGGESTED_NAMES = 3  # of each kind
# A query with at most so many hits may be cut into parts.
FEW_HITS = 3
# Years before those of the newest hits of a broad query that are looked through for hits.
YEARS_BEFORE = 5
# A search of more years than this looks through the newest ones first.
_FEW_YEARS = 4
_FIRST_YEARS = 2
# A number of hits above `COUNTED` says that there are more.
MORE = COUNTED + 1
# More pages than a list has. A database counts no further than 2**63.
_MANY_PAGES = 10**9
ANYBODY = AnonymousUser()


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

    Raises nothing, whatever text and page are. At most some twenty queries.
    """
    query, filters = parser.parse(text), presenting.filters(chosen or {})
    if query.node is None and not filters:
        return Results(query, order, total=0, pages=1, page=1)
    return _Search(user, query, filters, order, page).results()


def newest(
    text: str, *, chosen: Mapping[str, Sequence[str]], limit: int
) -> QuerySet[SearchDocument, int]:
    """Ids of the newest topics that match text and facets exactly, as a lazy queryset. Preparing it
    takes one query."""
    query, filters = parser.parse(text), presenting.filters(chosen)
    limit = limit if query.node is not None or filters else 0
    request = topic_request(query, filters)
    document_ids = engines.current().search(request, Order.NEWEST, limit=limit)
    found = SearchDocument.objects.filter(collection=Collection.TOPICS, place__in=document_ids)
    return found.values_list("object_id", flat=True)


def best_named(text: str, kind: DocumentKind, *, limit: int) -> QuerySet[SearchDocument, int]:
    """Ids of the rows of a kind (tags, references or digests) whose names, texts or addresses match
    a text best, as a lazy queryset. Preparing it takes at most nine queries."""
    node = parser.parse(text).node
    limit = limit if node is not None else 0
    request = Request(Collection.NAMES, And((Filter("type", kind), node or And(()))))
    document_ids = engines.current().search(request, Order.RELEVANCE, limit=limit)
    found = SearchDocument.objects.filter(collection=Collection.NAMES, place__in=document_ids)
    return found.values_list("object_id", flat=True)


def suggest(text: str, user: Reader = ANYBODY) -> list[FoundName]:
    """Tags, references and topics whose names hold the text typed so far: exact names first, then
    the newest. At most six queries."""
    query = parser.parse(text)
    if not query.words or not _is_plain(query.node):
        return []
    *complete, last = query.words
    begun = replace(last, phrase=last.phrase._replace(open_ended=True))
    exact = whole_title_filter(tokenizer.phrase(tokenizer.fold(query.typed)).tokens)
    titles = (exact, And((*complete, begun)))
    kinds = (
        (Collection.NAMES, Filter("type", DocumentKind.TAG)),
        (Collection.NAMES, Filter("type", DocumentKind.REFERENCE)),
        (Collection.TOPICS, And(())),
    )
    requests = [Request(names, And((kind, title))) for names, kind in kinds for title in titles]
    found = engines.current().suggest(requests, SUGGESTED_TOPICS)
    pairs = zip(found[::2], found[1::2], strict=True)
    tags, references, topics = (list(dict.fromkeys(exactly + some)) for exactly, some in pairs)
    names = [*tags[:SUGGESTED_NAMES], *references[:SUGGESTED_NAMES]]
    shown = rows.names(user, Collection.NAMES, names)
    return shown + rows.names(user, Collection.TOPICS, topics[:SUGGESTED_TOPICS])


def topic_request(query: parser.Query, filters: Sequence[Filter] = ()) -> Request:
    """The engine's request for the topics that a query means."""
    return Request(
        Collection.TOPICS,
        And((query.node or And(()), *filters)),
        first=_first_document_id(query.days.first),
        before=_first_document_id(query.days.before),
        boosts=_boosts(query),
    )


class _Found(NamedTuple):
    """The hits of a search.

    Each has all ``words``, or some of them if they are those of a ``coverage``.
    """

    request: Request
    overview: Overview
    words: Sequence[Text]
    alternatives: Sequence[Alternative]
    coverage: Coverage | None = None
    unfiltered: int = 0
    parts: Parts = NO_PARTS


@dataclass(frozen=True)
class _Search:
    """A reader's search for one page of topics."""

    user: Reader
    query: parser.Query
    filters: Sequence[Filter]
    order: Order
    page: int

    def results(self) -> Results:
        found = self._found()
        total = found.overview.total
        listed = presenting.counted(found.overview.facets, self.filters, total)
        if found.overview.is_more:
            listed["year"] = self._years(found)
        reached = self._reached(found)
        page = Paginator(range(reached), HITS_ON_PAGE).get_page(max(1, self.page))
        tag_names = rows.tag_names(self.user, presenting.tag_slugs(listed, self.filters))
        return Results(
            self.query,
            self.order,
            total,
            page.paginator.num_pages,
            page.number,
            hits=self._hits(found, page.number),
            names=self._names() if page.number == 1 else (),
            facets=presenting.facets(listed, tag_names),
            chips=presenting.chips(self.filters, tag_names),
            relaxed=[word.typed for word in found.words] if found.coverage else (),
            alternatives=found.alternatives,
            parts=found.parts,
            unfiltered=found.unfiltered,
            is_cut=reached < total,
            counted=found.overview.counted,
        )

    def _reached(self, found: _Found) -> int:
        """The number of hits that the pages list: all or, by date, those of fifty pages more; by
        relevance those that are counted."""
        overview = found.overview
        if self.order is Order.NEWEST and overview.is_more:
            listed = min(max(1, self.page), _MANY_PAGES) * HITS_ON_PAGE
            return engines.current().count(found.request, listed + COUNTED)
        return min(overview.total, overview.counted)

    def _years(self, found: _Found) -> list[tuple[str, int | None]]:
        """The years that have hits, without their numbers, the newest first: those of the hits
        whose facets were counted, and some before these."""
        if any(each.field == "year" for each in self.filters):
            return []
        known = sorted(found.overview.facets["year"], key=int, reverse=True)
        before = [str(year) for year in self.all_years if year < int(known[-1])][:YEARS_BEFORE]
        node = found.request.node
        in_years = [replace(found.request, node=And((node, Filter("year", y)))) for y in before]
        held = engines.current().counts(in_years, at_most=1)
        older = [year for year, is_hit in zip(before, held, strict=True) if is_hit]
        return [(year, None) for year in (*known, *older)]

    @cached_property
    def all_years(self) -> Sequence[int]:
        """From the year of the newest topic back to that of the oldest. One query."""
        if not (span := engines.current().span(Collection.TOPICS)):
            return []
        oldest, newest = map(year_of, span)
        return range(newest, oldest - 1, -1)

    def _found(self) -> _Found:
        are_many = len(self.all_years) > _FEW_YEARS
        newest_years = self.all_years[:_FIRST_YEARS] if are_many else ()
        request = replace(topic_request(self.query, self.filters), newest_years=newest_years)
        overview = engines.current().overview(request)
        if not overview.total:
            return self._relaxed(request)
        total, forms = overview.total, self._forms_found()
        # Another spelling is worth a count only of a query whose hits are known, and not many.
        may_be_far_more = not overview.is_more and relaxing.finds_far_more(MORE, total)
        spelled = relaxing.other_spellings(self.query) if may_be_far_more else ()
        glued = relaxing.glued_words(self.query) if total <= FEW_HITS else None
        counts = self._counts([*forms, *spelled, *(glued.queries if glued else ())])
        far_more = [other for other in spelled if relaxing.finds_far_more(counts[other], total)]
        others = {other: counts[other] for other in (*forms, *far_more)}
        return _Found(
            request,
            overview,
            self.query.words,
            relaxing.most_found(others),
            parts=glued.parts(counts, total) if glued else NO_PARTS,
        )

    def _relaxed(self, request: Request) -> _Found:
        """Topics with some of the words, since none has all, and other queries that find
        something."""
        engine, query = engines.current(), self.query
        known = relaxing.known_words(query)
        counts = self._counts_of_unknown(known)
        helped = relaxing.help_with(query, [word for word, count in counts.items() if not count])
        glued = relaxing.glued_words(query)
        offered = [other for other, _ in helped.others]
        counts_of_others = self._counts([*offered, *(glued.queries if glued else ())])
        coverage = relaxing.coverage(query, known, counts, rows.number_of_topics())
        rest = self._without_words(replace(request, boosts=()))
        request = replace(rest, node=And((coverage.node, rest.node)))
        overview = engine.overview(request)
        return _Found(
            request,
            overview,
            [word.text for word in coverage.words],
            helped.alternatives(counts_of_others),
            coverage=coverage if overview.total else None,
            unfiltered=engine.count(topic_request(query), MORE) if self.filters else 0,
            parts=glued.parts(counts_of_others, 0) if glued else NO_PARTS,
        )

    def _hits(self, found: _Found, page: int) -> list[Hit]:
        near = self._near_titles(found) if page == 1 else {}
        topics = [*near, *self._document_ids(found, (page - 1) * HITS_ON_PAGE)]
        phrases = [word.phrase for word in found.words]
        return presenting.hits(rows.topics(self.user, topics), phrases, near)

    def _near_titles(self, found: _Found) -> dict[int, str]:
        """Titles that are like a query that finds other topics. At most three queries."""
        is_ranked = self.order is Order.RELEVANCE and not found.coverage
        is_plain = _is_plain(self.query.node) and not any(word.is_quoted for word in found.words)
        if not is_ranked or not found.overview.total or not is_plain:
            return {}
        return dict(near_titles(self.query, self.filters, found.request))

    def _document_ids(self, found: _Found, start: int) -> list[int]:
        """The hits of a page."""
        overview = found.overview
        if found.coverage and self.order is Order.RELEVANCE:
            end = min(start + HITS_ON_PAGE, overview.total)
            ranked = found.coverage.ranked(self._without_words(found.request))
            if len(ranked) < end:
                newest = engines.current().search(found.request, Order.NEWEST, limit=RANKED)
                ranked = list(dict.fromkeys((*ranked, *newest)))
            return ranked[start:end]
        return engines.current().search(
            found.request, self.order, limit=HITS_ON_PAGE, offset=start, overview=overview
        )

    def _names(self) -> list[NameHit]:
        """Tags, references and digests whose names match the query."""
        if self.filters or not _is_plain(self.query.node):
            return []
        words = self.query.words
        request = Request(Collection.NAMES, And(words), boosts=_boosts(self.query))
        found = engines.current().search(request, Order.RELEVANCE, limit=NAMES_ON_PAGE)
        phrases = [word.phrase for word in words]
        return presenting.names(rows.names(self.user, Collection.NAMES, found), phrases)

    def _forms_found(self) -> Sequence[str]:
        """The query with other forms of a word that topics have.

        A form without a topic of its own is left out, because with OR the rest of the query would
        find the same.
        """
        forms = relaxing.other_forms(self.query)
        alone = {other: form for other, form in forms.items() if form}
        counts = engines.current().counts(map(self._with, alone.values()), at_most=1)
        found = dict(zip(alone, counts, strict=True))
        return [other for other in forms if found.get(other, 1)]

    def _counts(self, others: Iterable[str]) -> dict[str, int]:
        """The number of topics, up to `MORE`, that each of these other queries finds with the same
        filters. One query, none without others."""
        distinct = list(dict.fromkeys(others))
        requests = [topic_request(parser.parse(other), self.filters) for other in distinct]
        return dict(zip(distinct, engines.current().counts(requests, MORE), strict=True))

    def _counts_of_unknown(self, known: Container[str]) -> dict[Text, int]:
        """Numbers of topics with each word that a hit must have, but those of ``known`` words: to
        count them, all their hits would be read."""
        words = relaxing.demanded(self.query)
        if not self.filters:
            words = [word for word in words if tokenizer.fold(word.typed) not in known]
        counts = engines.current().counts(map(self._with, words))
        return dict(zip(words, counts, strict=True))

    def _without_words(self, request: Request) -> Request:
        """A request for all that meets the conditions which are never left out."""
        return replace(request, node=And((*relaxing.firm(self.query), *self.filters)))

    def _with(self, word: Text) -> Request:
        """The request for all topics with a word and the same filters, of any day."""
        return Request(Collection.TOPICS, And((word, *self.filters)))


def _boosts(query: parser.Query) -> Sequence[Node]:
    """The whole query as one phrase, whose hits come first, if it is a plain list of words."""
    if len(query.words) < 2 or not _is_plain(query.node):
        return []
    return [Text(query.typed, tokenizer.phrase(tokenizer.fold(query.typed)))]


def _is_plain(node: Node | None) -> bool:
    """True if a tree is a plain list of required words."""
    parts = node.parts if isinstance(node, And) else (node,)
    return all(isinstance(part, Text) for part in parts)


def _first_document_id(day: date | None) -> int | None:
    midnight = None if day is None else timezone.make_aware(datetime.combine(day, time.min))
    return first_document_id(midnight) if midnight else None
