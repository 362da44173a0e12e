"""The order of hits by relevance, for engines that cannot rank all hits of a broad query."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter

from digests.search.engines import terms
from digests.search.engines.requests import RANKED
from digests.search.engines.sql import Sql, compose, numbered, select, select_ids
from digests.search.language.tree import And, Node, Or, Text, positive_texts

# Weights of the texts of a document. One multiplies how often a phrase is in a text, before that
# saturates. They differ little. Else of a hundred thousand topics those with one of three words in
# the title come before the one that was meant.
WEIGHTS = {
    "title": 3.0,
    "tags": 2.6,
    "conclusions": 2.3,
    "points": 2.0,
    "body": 1.0,
    "references": 1.0,
}

# Number of hits of each text of a choice that are read: the newest ones.
_COUNTED = 5 * RANKED

# Selects ids and scores of all hits of a tree. A lower score is better.
Scan = Callable[[Node], Sql]

# Selects the ids of the newest hits of a tree, up to a limit.
Newest = Callable[[Node, int], Sql]


def best(
    scan: Scan,
    newest: Newest,
    node: Node,
    boosts: Sequence[Node],
    *,
    is_broad: bool,
    wanted: int,
) -> list[int]:
    """Find the best ``wanted`` hits, or more, as ids in the order of relevance.

    Documents whose whole title is the query or a boost come first, and then hits of the boosts. The
    other hits are sorted by score. If the query ``is_broad``, tiers follow each other instead, such
    as hits with all texts in the title: the newest hits of a tier first, because the cost of scores
    grows with all hits. No tier is read once enough hits are found.
    """
    if choice := terms.choice_in(node):
        return _by_rarity(newest, *choice, min(wanted, RANKED))
    tiers = _boost_tiers(node, boosts)
    if not is_broad:
        hits = _by_score(scan(node))
        is_tiered = tiers and len(hits) > 1
        return _by_tier(hits, newest, node, tiers) if is_tiered else hits
    return _tier_by_tier(newest, node, [*tiers, *_broad_tiers(node)], min(wanted, RANKED))


def _by_tier(hits: list[int], newest: Newest, node: Node, tiers: Sequence[Node]) -> list[int]:
    """Sort hits by the first tier that has them. Within a tier they keep their order. One query."""
    in_tiers = select(
        numbered(newest(terms.simplified(And((node, tier))), RANKED) for tier in tiers)
    )
    best_tier = {hit: tier for tier, hit in sorted(in_tiers, reverse=True)}
    return sorted(hits, key=lambda hit: best_tier.get(hit, len(tiers)))


def _tier_by_tier(newest: Newest, node: Node, tiers: Sequence[Node], wanted: int) -> list[int]:
    """Read the newest hits of one tier after the other, at last of all hits, until ``wanted`` are
    found. One query for each tier that is read."""
    found: dict[int, None] = {}
    for part in [*(terms.simplified(And((node, tier))) for tier in tiers), node]:
        if len(found) < wanted:
            found.update(dict.fromkeys(select_ids(newest(part, wanted))))
    return list(found)[:wanted]


def _by_rarity(
    newest: Newest, texts: Sequence[Node], rest: Sequence[Node], limit: int
) -> list[int]:
    """Rank hits by the sum of the texts of a choice that they hold. A rare text adds more than a
    frequent one, and each adds half as much again if it is in the title. One query."""

    def numbered_hits(alternatives: Iterable[Node]) -> Sql:
        nodes = (terms.simplified(And((each, *rest))) for each in alternatives)
        return numbered(newest(node, _COUNTED) for node in nodes)

    sql = compose(
        "WITH held AS MATERIALIZED ({}), rarity AS (SELECT number,"
        " ln(1 + (SELECT count(*) FROM held) / CAST(count(*) AS float)) AS value"
        " FROM held GROUP BY number)"
        " SELECT place FROM ("
        "SELECT place, value FROM held JOIN rarity USING (number) UNION ALL "
        "SELECT place, value / 2 FROM ({}) AS titled JOIN rarity USING (number)) AS scored"
        f" GROUP BY place ORDER BY sum(value) DESC, place DESC LIMIT {limit}",
        numbered_hits(texts),
        numbered_hits(map(terms.of_titles, texts)),
    )
    return select_ids(sql)


def _by_score(scan: Sql) -> list[int]:
    """Run a scan. Returns the ids, the best first, and at a tie the newest first."""
    scored = sorted(select(scan), key=itemgetter(0), reverse=True)
    return [hit for hit, _ in sorted(scored, key=itemgetter(1))]


def _boost_tiers(node: Node, boosts: Sequence[Node]) -> list[Node]:
    """The tiers of whole titles, and those of the boosts, the best tier first."""
    trees = [node, *map(terms.simplified, boosts)]
    phrases = dict.fromkeys(tree.phrase for tree in trees if isinstance(tree, Text))
    whole_titles = [terms.whole_title_filter(phrase.tokens) for phrase in phrases]
    return [*whole_titles, *(tree for tree in trees if tree != node)]


def _broad_tiers(node: Node) -> Iterator[Node]:
    """The tiers of a broad query, the best first: all texts in the title and as words, as words, in
    the title, and one text in the title."""
    titles = tuple(map(terms.of_titles, dict.fromkeys(positive_texts(node))))
    words = tuple(terms.word_filters(node))
    if words:
        yield And((*titles, *words))
        yield And(words)
    yield And(titles)
    if len(titles) > 1:
        yield Or(titles)
