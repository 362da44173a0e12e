"""Costs of search: queries of several classes, hostile ones, the index, a changed topic."""

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import median, quantiles
from typing import Any, TypeAlias

from django.conf import settings
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Q, QuerySet
from django.test import Client, override_settings
from django.urls import reverse

from digests.changes import editing
from digests.models import SearchDocument, Topic
from digests.search import engines, index
from digests.search.engines import Order
from digests.search.language import parser
from digests.search.results import find
from digests.tests.search import hostile
from digests.tests.search.oracle import Text
from digests.vocabulary import DocumentKind

SHOWN = 20
ROUNDS = 3
SLOW = 20  # a system that needs seconds per query answers only each twentieth one
ALL = 10_000_000

# Hashed names of static files need collectstatic, which has not run here.
_STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
_CHINESE = r"[\u4e00-\u9fff]"
_LATIN = r"[A-Za-z]{2,}"


@dataclass(frozen=True)
class Query:
    """A query of one class (``kind``). A hit contains all ``words`` and has the ``tag``."""

    kind: str
    words: Sequence[str]
    tag: str = ""

    @property
    def typed(self) -> str:
        tag = [f'tag:"{self.tag}"'] if self.tag else []
        return " ".join([*self.words, *tag])


System: TypeAlias = Callable[[Query], object]


@dataclass
class Times:
    """The duration of each query in milliseconds."""

    of_query: list[tuple[Query, float]] = field(default_factory=list)

    def of(self, kind: str | None = None) -> list[float]:
        return [ms for query, ms in self.of_query if kind in (None, query.kind)]


def measure(of_class: int, hostile_queries: int) -> None:
    queries = _queries(of_class)
    print(f"{Topic.objects.count()} topics, {connection.vendor}, {len(queries)} queries")
    times = _race(queries)
    _print_times(times)
    _print_recall(queries, times)
    if hostile_queries:
        with override_settings(STORAGES=_STORAGES):
            _print_hostile(queries, hostile_queries)
    _print_sizes()
    _print_changes(2 * of_class)


# The systems


def _engine(query: Query) -> object:
    """A page of document ids and the numbers beside it, as `find.search` asks for them."""
    request = find.topic_request(parser.parse(query.typed))
    engine = engines.current()
    overview = engine.overview(request)
    return overview, engine.search(request, Order.RELEVANCE, limit=SHOWN, overview=overview)


def _whole(query: Query) -> object:
    """Everything that the search page needs, without its HTML: hits, excerpts, names, facets."""
    return find.search(query.typed)


def _icontains(query: Query) -> object:
    return _page(_containing(query))


def _search_vector(query: Query) -> object:
    return _page(_matching(query))


def _page(topics: QuerySet[Topic]) -> object:
    """Rows in any order, which favours systems that scan the table: they can stop early."""
    return topics.count(), list(topics.order_by()[:SHOWN])


def _containing(query: Query) -> QuerySet[Topic]:
    topics = _tagged(query)
    for word in query.words:
        topics = topics.filter(Q(title__icontains=word) | Q(body__icontains=word))
    return topics


def _matching(query: Query) -> QuerySet[Topic]:
    vector = SearchVector("title", "body", config="simple")
    asked = SearchQuery(" ".join(query.words), config="simple")
    return _tagged(query).annotate(vector=vector).filter(vector=asked)


def _tagged(query: Query) -> QuerySet[Topic]:
    return Topic.objects.filter(tags__name=query.tag) if query.tag else Topic.objects.all()


def _systems() -> dict[str, System]:
    systems: dict[str, System] = {
        "search, engine alone": _engine,
        "search, whole": _whole,
        "icontains": _icontains,
    }
    if connection.vendor == "postgresql":
        systems["SearchVector"] = _search_vector
    return systems


def _race(queries: Sequence[Query]) -> dict[str, Times]:
    times = {name: Times() for name in _systems()}
    for warming in queries[:: max(1, len(queries) // 5)]:
        for system in _systems().values():
            system(warming)
    for number, query in enumerate(queries):
        for name, system in _systems().items():
            if system is not _search_vector:
                times[name].of_query.append((query, _milliseconds(system, query, ROUNDS)))
            elif number % SLOW == 0:
                times[name].of_query.append((query, _milliseconds(system, query, 1)))
    return times


def _milliseconds(system: System, query: Query, rounds: int) -> float:
    """The fastest of some rounds, because other load on the machine slows the others."""
    clocked = []
    for _ in range(rounds):
        started = _clock()
        system(query)
        clocked.append((_clock() - started) * 1e3)
    return min(clocked)


def _clock() -> float:
    """Seconds: CPU time on SQLite, which works in this process, else wall time."""
    return time.process_time() if connection.vendor == "sqlite" else time.perf_counter()


# The queries


def _queries(of_class: int) -> list[Query]:
    """``of_class`` queries of each class, cut from texts of topics, in random order."""
    random = Random(1)  # noqa: S311 - nothing secret here
    sources = _sources(random)
    words = Counter(word for source in sources for word in set(re.findall(_LATIN, source)))
    common = [word for word, _ in words.most_common(10)] + ["的", "训练", "模型", "推理", "检索"]
    rare = sorted(word for word, count in words.items() if count == 1)
    tags = list(Topic.tags.through.objects.values_list("tag__name", flat=True).distinct()[:50])

    def cut(pattern: str) -> str:
        while True:
            if found := re.findall(pattern, random.choice(sources)):
                return str(random.choice(found))

    kinds: dict[str, Callable[[], Query]] = {
        "one character": lambda: Query("one character", [cut(_CHINESE)]),
        "two characters": lambda: Query("two characters", [cut(_CHINESE + "{2}")]),
        "3 or 4 characters": lambda: Query("3 or 4 characters", [cut(_CHINESE + "{3,4}")]),
        "phrase of 6 to 12": lambda: Query("phrase of 6 to 12", [cut(_CHINESE + "{6,12}")]),
        "Latin": lambda: Query("Latin", [cut(_LATIN)]),
        "mixed": lambda: Query("mixed", [cut(_LATIN + _CHINESE + "{1,4}")]),
        "two words": lambda: Query("two words", [cut(_CHINESE + "{2}"), cut(_CHINESE + "{2}")]),
        "rare": lambda: Query("rare", [random.choice(rare)]),
        "very common": lambda: Query("very common", [random.choice(common)]),
        "with a tag": lambda: Query("with a tag", [cut(_CHINESE + "{2}")], random.choice(tags)),
    }
    of_kinds = [make() for make in kinds.values() for _ in range(of_class)]
    random.shuffle(of_kinds)
    return of_kinds


def _sources(random: Random) -> list[str]:
    ids = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    some = Topic.objects.filter(pk__in=random.sample(ids, min(len(ids), 900))).order_by("pk")
    return [f"{title}\n{body}" for title, body in some.values_list("title", "body")]


# The figures


def _print_times(times: dict[str, Times]) -> None:
    ours = times["search, whole"]
    kinds = dict.fromkeys(query.kind for query, _ in ours.of_query)
    print(f"\n{'ms: p50 / p95':<18}" + "".join(f"{name:>24}" for name in times))
    for kind in (None, *kinds):
        row = "".join(f"{_p50_p95(each.of(kind)):>24}" for each in times.values())
        print(f"{kind or 'all':<18}{row}")
    slow = times["icontains"].of()
    for name in ("search, engine alone", "search, whole"):
        p50, p95 = (_p(n, slow) / _p(n, times[name].of()) for n in (50, 95))
        print(f"icontains takes {p50:.1f} times as long as {name} at p50, {p95:.1f} at p95")


def _p50_p95(found: Sequence[float]) -> str:
    return f"{_p(50, found):.2f} / {_p(95, found):.2f}" if len(found) > 1 else "-"


def _p(percent: int, found: Sequence[float]) -> float:
    return quantiles(found, n=100, method="inclusive")[percent - 1]


def _print_recall(queries: Sequence[Query], times: dict[str, Times]) -> None:
    """Print the recall of search against each other system, over the hits that the oracle accepts.

    `icontains` has false hits, because it searches Markdown and matches inside Latin words.
    """
    print()
    others: dict[str, Callable[[Query], QuerySet[Topic]]] = {
        "icontains": _containing,
        "SearchVector": _matching,
    }
    for name in times.keys() & others.keys():
        found = right = missed = of_ours = all_ours = 0
        for query, _ in times[name].of_query:
            ours = _found(query)
            theirs = set(others[name](query).order_by().values_list("pk", flat=True))
            lost = _relevant(query, theirs - ours)
            found += len(theirs)
            right += len(theirs & ours) + len(lost)
            missed += len(lost)
            of_ours += len(theirs & ours)
            all_ours += len(ours)
            if lost:
                print(f"missed: {query.typed} {sorted(lost)[:3]}")
        print(
            f"recall of search, of {right} right ones of {found} hits of {name}: "
            f"{1 - missed / max(1, right):.4f}; theirs, of {all_ours} of ours: "
            f"{of_ours / max(1, all_ours):.4f}"
        )


def _found(query: Query) -> set[int]:
    request = find.topic_request(parser.parse(query.typed))
    found = engines.current().search(request, Order.NEWEST, offset=0, limit=ALL)
    return {_ids()[document_id] for document_id in found}


def _ids(cache: dict[int, int] = {}) -> dict[int, int]:  # noqa: B006
    if not cache:
        of_topics = SearchDocument.objects.filter(kind=DocumentKind.TOPIC)
        cache.update(of_topics.values_list("place", "object_id"))
    return cache


def _relevant(query: Query, topics: set[int]) -> set[int]:
    """Filter topics by the oracle: their visible text contains all words of the query."""
    documents = SearchDocument.objects.filter(kind=DocumentKind.TOPIC, object_id__in=topics)
    return {
        document.object_id
        for document in documents
        if all(_holds(document, Text(word)) for word in query.words)
    }


def _holds(document: SearchDocument, word: Text) -> bool:
    texts = document.texts
    points = (text for _, _, text in texts["points"])
    parts = [document.title, *texts["tags"], *points, texts["body"], texts["references"]]
    return any(Text(part).holds(word) for part in parts)


def _print_hostile(queries: Sequence[Query], count: int) -> None:
    """Time whole pages, with HTML, in turns with plain queries; the best of three rounds counts."""
    written = [*hostile.WRITTEN, *hostile.generated(max(0, count - len(hostile.WRITTEN)))][:count]
    best: dict[str, float] = {}
    plain: list[float] = []
    client, url = Client(), reverse("digests:search")

    def milliseconds(typed: str) -> float:
        started = _clock()
        client.get(url, {"q": typed})
        return (_clock() - started) * 1e3

    for _ in range(3):
        for number, typed in enumerate(written):
            plain.append(milliseconds(queries[number % len(queries)].typed))
            best[typed] = min(milliseconds(typed), best.get(typed, float("inf")))
    usual = median(plain)
    print(f"\n{len(best)} hostile queries; a plain one takes {usual:.1f} ms (median, page)")
    for typed, ms in sorted(best.items(), key=lambda item: -item[1])[:5]:
        print(f"{ms / usual:>6.2f} times that: {typed[:40]!r} … ({len(typed)} characters)")


def _print_sizes() -> None:
    """Print the sizes of tables: the index, its source texts (documents), and topics with HTML."""
    if connection.vendor == "postgresql":
        sql = (
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r'"
            " AND (relname LIKE 'search%' OR relname IN ('digests_searchdocument',"
            " 'digests_searchword', 'digests_topic'))"
        )
    else:
        sql = (
            "WITH pages AS (SELECT coalesce(tbl_name, dbstat.name) AS name, pgsize FROM dbstat"
            " LEFT JOIN sqlite_master ON sqlite_master.name = dbstat.name)"
            " SELECT name, sum(pgsize) FROM pages WHERE name LIKE 'search%'"
            " OR name LIKE 'digests_search%' OR name = 'digests_topic' GROUP BY name"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        sizes = dict(cursor.fetchall())
    print()
    for name, prefix in (
        ("index", "search"),
        ("documents", "digests_searchdocument"),
        ("words", "digests_searchword"),
        ("topics themselves", "digests_topic"),
    ):
        size = sum(size for table, size in sizes.items() if table.startswith(prefix))
        print(f"{name:<18}{size / 2**20:>8.1f} MB")


def _print_changes(count: int) -> None:
    """Time an editor's change: a sentence is added to a topic, and removed again."""
    random = Random(1)  # noqa: S311
    ids = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    whole: list[float] = []
    of_index: list[float] = []
    refresh = index.refresh

    def timed(**rows: Any) -> int:
        started = time.process_time()
        changed = refresh(**rows)
        of_index.append((time.process_time() - started) * 1e3)
        return changed

    index.refresh = timed  # saving a topic calls it, so its share of the time is known
    for pk in random.sample(ids, count):
        topic = Topic.objects.get(pk=pk)
        for body in (f"{topic.body}\n这句话是后来加上的 afterwards。\n", topic.body):
            started = time.process_time()
            tags = [tag.name for tag in topic.own_tags]
            editing.save_topic(
                topic, by=None, number=topic.number, title=topic.title, body=body, tags=tags
            )
            whole.append((time.process_time() - started) * 1e3)
    index.refresh = refresh
    print(
        f"\nCPU ms of this process, p50 / p95: a changed topic {_p50_p95(whole)}, "
        f"of that search {_p50_p95(of_index)}"
    )
