"""Known-item search: queries made from topics, and the ranks of these topics in the results."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from django.db import connection

from digests.models import SearchDocument
from digests.search.language import tokenizer
from digests.search.results import find
from digests.vocabulary import DocumentKind

QUESTIONS = 300
FIRST = 10
SENSES = ("化学", "中文", "人机", "和平")
SENSE_HITS = 20
# Fraction of all topics. A more common word says nothing about a topic, so no query uses it.
_COMMON = 0.1

_CLAUSE = re.compile(r"[^\s，。；：、！？,;:!?()（）“”\"]{6,}")
_ASKING = (
    "为什么{}会影响{}和{}",
    "如何用{}解决{}里的{}问题",
    "{}和{}对{}有什么帮助吗",
    "请问大家{}的{}怎么做{}",
)


@dataclass(frozen=True)
class Item:
    """A topic to search for. ``words`` are the rarer ones of its text; ``all_words`` also include
    common words, and those of its tags and references."""

    pk: int
    title: str
    text: str
    words: Sequence[str]
    all_words: frozenset[str]


# Makes the query that somebody types who looks for the topic; None if the topic allows none.
Question: TypeAlias = Callable[[Random, Item, Sequence[Item]], str | None]


def measure(*, show_worst: bool = False) -> None:
    items = list(_items())
    print(f"{len(items)} topics, {connection.vendor}")
    print(f"{'MRR@10 of':<32}{'questions':>10}{'MRR':>8}{'wanted':>8}")
    for name, (question, wanted) in QUESTIONS_OF.items():
        queries = _queries(question, items)
        scores = [_reciprocal_rank(typed, item) for typed, item in queries]
        mrr = sum(scores) / max(1, len(scores))
        print(f"{name:<32}{len(queries):>10}{mrr:>8.3f}{wanted:>8.2f}")
        if show_worst:
            by_score = sorted(zip(scores, queries, strict=True), key=lambda scored: scored[0])
            for score, (typed, item) in by_score:
                if score < 0.5:
                    print(f"    {score:.2f} {item.pk} {typed}")
    by_pk = {item.pk: item for item in items}
    print(f"{'the word itself in the first 20':<32}{'of topics':>10}{'hits':>8}{'wanted':>8}")
    for word in SENSES:
        relevant = sum(word in item.all_words for item in items)
        hits = find.search(word).hits[:SENSE_HITS]
        right = sum(word in by_pk[hit.topic.pk].all_words for hit in hits)
        print(f"{word:<32}{relevant:>10}{right:>8}{min(relevant, SENSE_HITS - 1):>8}")


def _items() -> Iterator[Item]:
    documents = SearchDocument.objects.filter(kind=DocumentKind.TOPIC).order_by("pk")
    texts = {document.object_id: (document.title, _text(document)) for document in documents}
    words = {pk: _words(f"{title}\n{text}") for pk, (title, text) in texts.items()}
    related = {document.object_id: _words(_related_text(document)) for document in documents}
    topics = Counter(word for of_topic in words.values() for word in of_topic)
    for pk, (title, text) in texts.items():
        rarer = [word for word in words[pk] if topics[word] <= max(2, _COMMON * len(texts))]
        yield Item(pk, title, text, rarer, frozenset([*words[pk], *related[pk]]))


def _text(document: SearchDocument) -> str:
    texts = document.texts
    return "\n".join([*(text for _, _, text in texts["points"]), texts["body"]])


def _related_text(document: SearchDocument) -> str:
    """The names of a topic's tags and the text of its references."""
    return "\n".join([*document.texts["tags"], document.texts["references"]])


def _words(text: str) -> list[str]:
    """The distinct words of a text: Chinese ones by `rjieba`'s segmentation, and Latin ones."""
    folded = tokenizer.fold(text)
    return sorted(tokenizer.words(folded) | tokenizer.latin_words(folded))


def _queries(question: Question, items: Sequence[Item]) -> list[tuple[str, Item]]:
    random = Random(1)  # noqa: S311 - nothing secret here
    titles = Counter(tokenizer.fold(item.title) for item in items)
    found: list[tuple[str, Item]] = []
    for item in random.sample(items, len(items)):
        if titles[tokenizer.fold(item.title)] == 1 and (typed := question(random, item, items)):
            found.append((typed, item))
        if len(found) == QUESTIONS:
            break
    return found


def _reciprocal_rank(typed: str, item: Item) -> float:
    hits = [hit.topic.pk for hit in find.search(typed).hits[:FIRST]]
    return 1 / (hits.index(item.pk) + 1) if item.pk in hits else 0


def _title(random: Random, item: Item, items: Sequence[Item]) -> str | None:
    return item.title or None


def _phrase(random: Random, item: Item, items: Sequence[Item]) -> str | None:
    """6 to 12 characters of a clause, at least four of them Chinese, without cut Latin words."""
    clauses = _CLAUSE.findall(item.text)
    if not clauses:
        return None
    clause = random.choice(clauses)
    start = random.randrange(len(clause) - 5)
    cut = clause[start : start + random.randint(6, 12)]
    around = clause[max(0, start - 1) : start + 1], clause[start + len(cut) - 1 :][:2]
    is_torn = any(pair.isascii() and len(pair) == 2 for pair in around)
    is_phrase = len(cut) - len(cut.encode("ascii", "ignore")) >= 4
    return cut if is_phrase and not is_torn and not cut.startswith("-") else None


def _three_words(random: Random, item: Item, items: Sequence[Item]) -> str | None:
    return " ".join(random.sample(item.words, 3)) if len(item.words) > 5 else None


def _wrong_word(random: Random, item: Item, items: Sequence[Item]) -> str | None:
    """A title of four words or more, with one word replaced by another topic's."""
    own = [word for word in _words(item.title) if word in item.title.lower()]
    other = random.choice(items).words
    if len(own) < 4 or not other:
        return None
    return item.title.lower().replace(random.choice(own), random.choice(other))


def _question(random: Random, item: Item, items: Sequence[Item]) -> str | None:
    """A sentence that is in no topic, with three of the topic's words in it."""
    chinese = [word for word in item.words if not word.isascii()]
    return random.choice(_ASKING).format(*random.sample(chinese, 3)) if len(chinese) > 5 else None


QUESTIONS_OF: dict[str, tuple[Question, float]] = {
    "a title": (_title, 0.99),
    "a phrase of 6 to 12 characters": (_phrase, 0.98),
    "three words of a topic": (_three_words, 0.91),
    "a title with one wrong word": (_wrong_word, 0.85),
    "a question without blanks": (_question, 0.88),
}
