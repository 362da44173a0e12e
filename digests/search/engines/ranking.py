"""In which order hits come, for engines that cannot rank all hits of a broad query."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from digests.search.engines.asking import Question, Row, Sql, compose, joined, union
from digests.search.engines.base import RANKED
from digests.search.engines.terms import (
    Choice,
    TitleText,
    choice_in,
    simplified,
    texts,
    whole_title_filter,
    word_filter,
    word_of,
)
from digests.search.language.tree import And, Node, Or, Text

DEPTH = 300
"""So many of the newest hits are ranked that hold what is good in a hit of a broad query."""

_COUNTED = 5 * RANKED
"""Of the hits of an alternative so many are looked at, the newest ones."""


Scan = Callable[[Node, Sql], Sql]
"""Selects place and score of the newest hits, as many as an expression says; less is better. At a
limit of 0 it costs nothing."""

Newest = Callable[[Node, int], Sql]
"""Selects the places of the newest hits, at most so many."""


class Ways(NamedTuple):
    """How an engine finds what is ranked."""

    scan: Scan
    newest: Newest


def best(
    ways: Ways, node: Node, boosts: Sequence[Node], *, total: int, offset: int, limit: int
) -> Question[list[int]]:
    """The places of the best of ``total`` hits.

    Up to `RANKED` hits are ranked together. Of more, those come first that hold the words in their
    titles and as words; so a page of them costs no more than these, however many hits there are.
    Boosts come before all, and before these what has no other title than the query or a boost.
    """
    wanted = offset + limit
    sql, read = _ranked(ways, node, boosts, total, wanted)
    return Question(sql, lambda rows: read(rows)[offset:wanted])


def _ranked(
    ways: Ways, node: Node, boosts: Sequence[Node], total: int, wanted: int
) -> tuple[Sql, Callable[[Sequence[Row]], list[int]]]:
    """At least ``wanted`` places unless there are fewer."""
    if choice := choice_in(node):
        return _by_rarity(ways, choice, min(wanted, RANKED)), _by_score
    tiers = _boosts(node, boosts)
    if total <= RANKED:
        return _together(ways, node, tiers if total > 1 else []), _by_held_tiers
    return _one_by_one(ways, node, [*tiers, *_favours(node)], wanted), _by_tiers


def _together(ways: Ways, node: Node, tiers: Sequence[Node]) -> Sql:
    """All hits with their scores as part 0, and as part n the places of those of the nth tier."""
    held = (
        compose(
            f"SELECT {part}, place, 0.0, '' FROM ({{}}) AS tier{part}",
            ways.newest(simplified(And((node, tier))), RANKED),
        )
        for part, tier in enumerate(tiers, 1)
    )
    return union([_scored(0, ways.scan(node, Sql(str(RANKED)))), *held])


def _by_held_tiers(rows: Sequence[Row]) -> list[int]:
    """The hits of the first tier first, and so on; else by their scores."""
    hits = _by_score([row for row in rows if row[0] == 0])
    tiers: dict[int, set[int]] = defaultdict(set)
    for part, place, *_ in rows:
        if part:
            tiers[part].add(place)
    found = [hit for part in sorted(tiers) for hit in hits if hit in tiers[part]]
    return list(dict.fromkeys([*found, *hits]))


def _one_by_one(ways: Ways, node: Node, tiers: Sequence[Node], wanted: int) -> Sql:
    """The hits of each tier as a part of its own, and at last all; from where on ``wanted`` are
    found the database looks no further."""
    asked = [*((simplified(And((node, tier))), DEPTH) for tier in tiers), (node, RANKED)]
    scans, parts = [], []
    for part, (one, depth) in enumerate(asked):
        scan = ways.scan(one, _depth_unless_found(part, depth, wanted))
        scans.append(compose(f"tier{part} AS MATERIALIZED ({{}})", scan))
        parts.append(_scored(part, Sql(f"SELECT place, score FROM tier{part}")))
    return compose("WITH {} {}", joined(", ", scans, around="{}"), union(parts))


def _depth_unless_found(part: int, depth: int, wanted: int) -> Sql:
    if part == 0:
        return Sql(str(depth))
    earlier = " UNION ".join(f"SELECT place FROM tier{number}" for number in range(part))
    return Sql(
        f"(SELECT CASE WHEN count(*) < {wanted} THEN {depth} ELSE 0 END"
        f" FROM ({earlier}) AS earlier)"
    )


def _by_tiers(rows: Sequence[Row]) -> list[int]:
    found = sorted(rows, key=lambda row: (row[0], row[2], -row[1]))
    return list(dict.fromkeys(place for _, place, *_ in found))[:RANKED]


def _by_rarity(ways: Ways, choice: Choice, limit: int) -> Sql:
    """Of what has some of the texts: by how many and how rare ones it has; the title counts half as
    much again."""
    return compose(
        "WITH held AS MATERIALIZED ({}), worth AS (SELECT number,"
        " ln(1 + (SELECT count(*) FROM held) / CAST(count(*) AS float)) AS value"
        " FROM held GROUP BY number)"
        " SELECT 0 AS part, place AS number, -sum(value) AS score, '' AS name FROM ("
        "SELECT place, value FROM held JOIN worth USING (number) UNION ALL "
        "SELECT place, value / 2 FROM ({}) AS titled JOIN worth USING (number)) AS scored"
        f" GROUP BY place ORDER BY sum(value) DESC, place DESC LIMIT {limit}",
        _numbered(ways.newest, choice.alternatives),
        _numbered(ways.newest, choice.titled),
    )


def _numbered(newest: Newest, nodes: Iterable[Node]) -> Sql:
    return union(
        compose(
            f"SELECT {number} AS number, place FROM ({{}}) AS hits{number}", newest(node, _COUNTED)
        )
        for number, node in enumerate(nodes)
    )


def _scored(part: int, scan: Sql) -> Sql:
    return compose(
        f"SELECT {part} AS part, place AS number, score, '' AS name FROM ({{}}) AS scanned", scan
    )


def _by_score(rows: Sequence[Row]) -> list[int]:
    return [place for _, place, *_ in sorted(rows, key=lambda row: (row[2], -row[1]))]


def _boosts(node: Node, boosts: Sequence[Node]) -> list[Node]:
    asked = [node, *map(simplified, boosts)]
    phrases = dict.fromkeys(part.phrase for part in asked if isinstance(part, Text))
    whole_titles = [whole_title_filter(phrase.tokens) for phrase in phrases]
    return [*whole_titles, *(part for part in asked if part != node)]


def _favours(node: Node) -> Iterator[Node]:
    """What good hits of a broad query hold, the best first."""
    asked = list(dict.fromkeys(texts(node)))
    titles = tuple(TitleText(text.typed, text.phrase) for text in asked)
    found = (word_of(text.phrase) for text in asked)
    words = tuple(word_filter(word) for word in found if word)
    if words:
        yield And((*titles, *words))
        yield And(words)
    yield And(titles)
    if len(titles) > 1:
        yield Or(titles)
