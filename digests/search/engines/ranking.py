"""The order of hits by relevance, for engines that cannot rank all hits of a broad query."""

from collections.abc import Callable, Iterator, Sequence

from digests.search.engines import terms
from digests.search.engines.requests import RANKED
from digests.search.engines.sql import Sql, compose, numbered, select, select_ids
from digests.search.engines.terms import TitleText, choice_in, simplified, whole_title_filter
from digests.search.language.tree import And, Node, Or, Text, positive_texts

DEPTH = 300
"""Number of ranked hits of a tier of a broad query, the newest ones."""

_COUNTED = 5 * RANKED
"""Number of hits of an alternative that are read, the newest ones."""

Scan = Callable[[Node, int], Sql]
"""Select id and score of the newest hits up to a limit; a lower score is better."""

Newest = Callable[[Node, int], Sql]
"""Select the ids of the newest hits up to a limit."""


def best(
    scan: Scan, newest: Newest, node: Node, boosts: Sequence[Node], total: int | None, wanted: int
) -> list[int]:
    """The ids of the best ``wanted`` of ``total`` hits, or of more of them.

    Up to `RANKED` hits are ranked together. Of more hits, those come first that hold the words in
    their titles and as words; so the cost of a page depends on these, not on the number of hits.
    Boosts come before all, and before these the documents whose whole title is the query or a
    boost.
    """
    if choice := choice_in(node):
        return _by_rarity(newest, *choice, min(wanted, RANKED))
    tiers = _boost_tiers(node, boosts)
    if total is None or total <= RANKED:
        hits = _by_score(scan(node, RANKED + (total is None)))
        if len(hits) <= RANKED:
            is_tiered = tiers and len(hits) > 1
            return _by_tier(hits, newest, node, tiers) if is_tiered else hits
    return _tier_by_tier(scan, node, [*tiers, *_broad_tiers(node)], wanted)


def _by_tier(hits: list[int], newest: Newest, node: Node, tiers: Sequence[Node]) -> list[int]:
    """The hits of the first tier first, and so on; within a tier in the order given. One query."""
    in_tiers = select(numbered(newest(simplified(And((node, tier))), RANKED) for tier in tiers))
    best_tier = {hit: tier for tier, hit in sorted(in_tiers, reverse=True)}
    return sorted(hits, key=lambda hit: best_tier.get(hit, len(tiers)))


def _tier_by_tier(scan: Scan, node: Node, tiers: Sequence[Node], wanted: int) -> list[int]:
    """The best of each tier, at last of all hits, until ``wanted`` are found. One query a tier."""
    scans = [(simplified(And((node, tier))), DEPTH) for tier in tiers]
    found: dict[int, None] = {}
    for part, depth in [*scans, (node, RANKED)]:
        if len(found) < wanted:
            found.update(dict.fromkeys(_by_score(scan(part, depth))))
    return list(found)[:RANKED]


def _by_rarity(
    newest: Newest, alternatives: Sequence[Node], titled: Sequence[Node], limit: int
) -> list[int]:
    """Hits that have some of the texts, by the number and the rarity of those that they have. A
    text in the title counts half as much again. One query."""
    sql = compose(
        "WITH held AS MATERIALIZED ({}), rarity AS (SELECT number,"
        " ln(1 + (SELECT count(*) FROM held) / CAST(count(*) AS float)) AS value"
        " FROM held GROUP BY number)"
        " SELECT place FROM ("
        "SELECT place, value FROM held JOIN rarity USING (number) UNION ALL "
        "SELECT place, value / 2 FROM ({}) AS titled JOIN rarity USING (number)) AS scored"
        f" GROUP BY place ORDER BY sum(value) DESC, place DESC LIMIT {limit}",
        numbered(newest(node, _COUNTED) for node in alternatives),
        numbered(newest(node, _COUNTED) for node in titled),
    )
    return select_ids(sql)


def _by_score(scan: Sql) -> list[int]:
    """The ids of a scan, the best first, the newest first at a tie."""
    return [hit for hit, _ in sorted(select(scan), key=lambda row: (row[1], -row[0]))]


def _boost_tiers(node: Node, boosts: Sequence[Node]) -> list[Node]:
    asked = [node, *map(simplified, boosts)]
    phrases = dict.fromkeys(part.phrase for part in asked if isinstance(part, Text))
    whole_titles = [whole_title_filter(phrase.tokens) for phrase in phrases]
    return [*whole_titles, *(part for part in asked if part != node)]


def _broad_tiers(node: Node) -> Iterator[Node]:
    """The tiers of a broad query: its texts as words and in the title, the best tier first."""
    asked = list(dict.fromkeys(positive_texts(node)))
    titles = tuple(TitleText(text.typed, text.phrase) for text in asked)
    words = tuple(terms.word_filters(node))
    if words:
        yield And((*titles, *words))
        yield And(words)
    yield And(titles)
    if len(titles) > 1:
        yield Or(titles)
