"""Questions that are made from topics, and where search puts these topics."""

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
# A word in more topics than this part of all is nobody's idea of what a topic is about.
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
    """A topic as it can be asked for. ``words`` are its less common ones; ``all_words`` those of
    its tags and references too."""

    pk: int
    title: str
    text: str
    words: Sequence[str]
    all_words: frozenset[str]


Question: TypeAlias = Callable[[Random, Item, Sequence[Item]], str | None]
"""What somebody types who has this topic in mind; None if it is not fit for that."""


def measure(*, show_worst: bool = False) -> None:
    items = list(_items())
    print(f"{len(items)} topics, {connection.vendor}")
    print(f"{'MRR@10 of':<32}{'questions':>10}{'MRR':>8}{'wanted':>8}")
    for name, (question, wanted) in QUESTIONS_OF.items():
        asked = _asked(question, items)
        scores = [_reciprocal_rank(typed, item) for typed, item in asked]
        print(f"{name:<32}{len(asked):>10}{sum(scores) / max(1, len(scores)):>8.3f}{wanted:>8.2f}")
        if show_worst:
            for score, (typed, item) in sorted(zip(scores, asked, strict=True), key=lambda s: s[0]):
                if score < 0.5:
                    print(f"    {score:.2f} {item.pk} {typed}")
    by_pk = {item.pk: item for item in items}
    print(f"{'the word itself in the first 20':<32}{'of topics':>10}{'hits':>8}{'wanted':>8}")
    for word in SENSES:
        held = sum(word in item.all_words for item in items)
        hits = find.search(word).hits[:SENSE_HITS]
        right = sum(word in by_pk[hit.topic.pk].all_words for hit in hits)
        print(f"{word:<32}{held:>10}{right:>8}{min(held, SENSE_HITS - 1):>8}")


def _items() -> Iterator[Item]:
    documents = SearchDocument.objects.filter(kind=DocumentKind.TOPIC).order_by("pk")
    texts = {document.object_id: (document.title, _text(document)) for document in documents}
    words = {pk: _words(f"{title}\n{text}") for pk, (title, text) in texts.items()}
    hanging = {document.object_id: _words(_hanging(document)) for document in documents}
    topics = Counter(word for of_topic in words.values() for word in of_topic)
    for pk, (title, text) in texts.items():
        rarer = [word for word in words[pk] if topics[word] <= max(2, _COMMON * len(texts))]
        yield Item(pk, title, text, rarer, frozenset([*words[pk], *hanging[pk]]))


def _text(document: SearchDocument) -> str:
    texts = document.texts
    return "\n".join([*(text for _, _, text in texts["points"]), texts["body"]])


def _hanging(document: SearchDocument) -> str:
    return "\n".join([*document.texts["tags"], document.texts["references"]])


def _words(text: str) -> list[str]:
    """Distinct, as `rjieba` cuts them, and Latin ones."""
    folded = tokenizer.fold(text)
    return sorted(tokenizer.words(folded) | tokenizer.latin_words(folded))


def _asked(question: Question, items: Sequence[Item]) -> list[tuple[str, Item]]:
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
    """6 to 12 characters of a clause, four of them Chinese, cut where no Latin word is torn."""
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
    """The title, of four words or more, with another topic's word for one of its own."""
    own = [word for word in _words(item.title) if word in item.title.lower()]
    other = random.choice(items).words
    if len(own) < 4 or not other:
        return None
    return item.title.lower().replace(random.choice(own), random.choice(other))


def _question(random: Random, item: Item, items: Sequence[Item]) -> str | None:
    """Three of its words in a sentence that stands in no topic."""
    chinese = [word for word in item.words if not word.isascii()]
    return random.choice(_ASKING).format(*random.sample(chinese, 3)) if len(chinese) > 5 else None


QUESTIONS_OF: dict[str, tuple[Question, float]] = {
    "a title": (_title, 0.99),
    "a phrase of 6 to 12 characters": (_phrase, 0.98),
    "three words of a topic": (_three_words, 0.91),
    "a title with one wrong word": (_wrong_word, 0.85),
    "a question without blanks": (_question, 0.88),
}
