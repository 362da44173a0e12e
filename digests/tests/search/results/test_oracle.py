"""Hits of searches are exactly those of `oracle`, on the database in use."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random
from typing import TypeAlias

import pytest
from django.utils import timezone

from benchmarks import generated, vocabulary
from digests.changes import editing
from digests.importing import Status, find_sources, import_sources
from digests.models import SearchDocument, Topic
from digests.search import engines
from digests.search.engines import Order
from digests.search.index.documents import year_of
from digests.search.language import parser
from digests.search.language.tokenizer import fold
from digests.search.results import find
from digests.tests import corpus, spellings
from digests.tests.files import SEED, edit_topic
from digests.tests.length import often
from digests.tests.search.oracle import Text
from digests.vocabulary import DocumentKind, PointKind

SAMPLES = often(200, at_length=1000)
QUERIES = SAMPLES // 2
ALL = 1_000_000

_PLAIN_WORD = re.compile(r"(?!OR$|NOT$)\w[\w+#./_-]*")
_QUOTES = re.compile('["＂“”„‟]')


@dataclass(frozen=True)
class Truth:
    """The properties of a topic, collected without an index."""

    pk: int
    sources: Sequence[str]
    texts: Sequence[Text]
    labels: set[str]
    tags: set[str]
    kinds: set[str]
    references: set[str]
    digest: str
    day: date
    is_edited: bool

    def holds(self, term: Text) -> bool:
        return any(text.holds(term) for text in self.texts)


Predicate: TypeAlias = Callable[[Truth], bool]
# A query, and the condition that its hits must satisfy.
Asked: TypeAlias = tuple[str, Predicate]


@pytest.fixture
def truths(db: None, tmp_path: Path) -> list[Truth]:
    """The properties of all topics of some sixty digests, after a few edits."""
    _import(_write_digests(tmp_path))
    random = Random(5)  # noqa: S311 - nothing secret here
    topics = list(Topic.objects.order_by("pk"))
    edited, deleted = random.sample(topics, 20), random.sample(topics, 10)
    for topic in edited:
        edit_topic(topic, body=f"{topic.body}\n* **结论**: 改过的 edited C++ 文本\n", tags=["改过"])
    editing.delete_topics(Topic.objects.filter(pk__in=[topic.pk for topic in deleted]), by=None)
    return list(_truths())


def test_search_finds_exactly_the_topics_that_it_should(truths: list[Truth]) -> None:
    """Compare plain texts, and phrases with fields, dates, OR and NOT, in a single test, because
    importing the digests is slow."""
    random = Random(1)  # noqa: S311 - nothing secret here
    cuts = [_asked_for(_cut(random, truths)) for _ in range(SAMPLES)]
    queries = [_query(random, truths) for _ in range(QUERIES)]
    assert _wrong([*cuts, *queries], truths) == []
    _assert_that_most_find_something_and_not_everything(cuts, truths)
    _assert_that_most_find_something_and_not_everything(queries, truths)

    # The check itself must be able to fail: for a topic that is missing, and for one too many.
    typed, predicate = _asked_for("结论")
    assert _wrong([(typed, lambda truth: predicate(truth) != (truth == truths[0]))], truths)


@pytest.mark.parametrize(
    ("text", "held", "not_held"),
    [
        (
            "在Qwen2-72B上",
            ["Qwen", "qwen2", "2-72", "Ｑｗｅｎ2-72b上"],
            ["wen2", "Qwen2-7", "Qwen72B"],
        ),
        ("用C++和C#写，c语言", ["C++", "c＋＋和", "C", "C#写", "写：C"], ["写c", "C+和"]),
        ("c++", ["c++"], ["c", "c+"]),
        ("显存占用 高", ["存占", "用", "用高", "顯 存佔用"], ["高占", "显存用"]),
        ("a b, ab;v0.2", ["a b", "a b。 AB", "0.2", "v 0.2"], ["a b ab", "b a", "02"]),
        ("好🚀🚀 v2", ["🚀", "好 🚀", "🚀v"], ["🚀好", "🚀🚀🚀"]),
    ],
)
def test_the_oracle_itself(text: str, held: list[str], not_held: list[str]) -> None:
    whole = Text(text)
    found = [term for term in (*held, *not_held) if whole.holds(Text(term))]
    assert found == held


def _write_digests(folder: Path) -> list[Path]:
    """Write generated digests, and those of the public corpus if it is there."""
    texts = [*vocabulary.texts(35), *generated.texts(20)]
    for number, text in enumerate(texts):
        (folder / f"generated-{number}.md").write_text(text)
    (folder / "2024-07-01.md").write_bytes(spellings.FILES["2024-07-01.md"])
    return [SEED, *sorted(folder.iterdir()), *sorted(corpus.CORPUS.rglob("*-*.md"))[::4]]


def _import(paths: Sequence[Path]) -> None:
    reports = import_sources(find_sources([str(path) for path in paths]), origin="test")
    assert {report.status for report in reports} == {Status.CREATED}


def _truths() -> Iterator[Truth]:
    of_topics = SearchDocument.objects.filter(kind=DocumentKind.TOPIC)
    documents = {document.object_id: document for document in of_topics}
    related = ("points", "taggings__tag", "citations__reference")
    topics = Topic.objects.live().with_digest().order_by("pk").prefetch_related(*related)
    for topic in topics.iterator(chunk_size=100):
        document = documents.pop(topic.pk)
        sources = _visible_texts(document)
        citations = topic.citations.all()
        points = topic.points.all()
        yield Truth(
            pk=topic.pk,
            sources=sources,
            texts=[Text(source) for source in sources],
            labels={fold(name) for point in points for name in (point.label, point.kind)},
            tags={fold(tag.name) for tag in topic.own_tags},
            kinds={citation.kind for citation in citations},
            references={citation.reference.key for citation in citations},
            digest=topic.digest.slug,
            day=timezone.localdate(topic.digest.published_at),
            is_edited=topic.edited_at is not None,
        )
    assert documents == {}


def _visible_texts(document: SearchDocument) -> list[str]:
    """Texts of a document that readers see. No phrase reaches from one of them into the next."""
    texts = document.texts
    points = texts["points"]
    parts = [
        [document.title],
        texts["tags"],
        [text for kind, _, text in points if kind == PointKind.CONCLUSION],
        [text for kind, _, text in points if kind != PointKind.CONCLUSION],
        [texts["body"], *(label for _, label, _ in points)],
        [texts["references"], *texts["addresses"]],
    ]
    return ["\n".join(part) for part in parts]


def _wrong(asked: Sequence[Asked], truths: Sequence[Truth]) -> list[str]:
    """Queries whose hits differ from those expected."""
    return [
        typed
        for typed, predicate in asked
        if _found(typed) != {truth.pk for truth in truths if predicate(truth)}
    ]


def _assert_that_most_find_something_and_not_everything(
    asked: Sequence[Asked], truths: Sequence[Truth]
) -> None:
    numbers = [sum(map(predicate, truths)) for _, predicate in asked]
    assert sum(0 < number < len(truths) for number in numbers) > len(asked) / 2


def _found(typed: str) -> set[int]:
    request = find.topic_request(parser.parse(typed))
    engine = engines.current()
    document_ids = engine.search(request, Order.NEWEST, offset=0, limit=ALL)
    assert len(document_ids) == engine.count(request)
    _, newest = engine.span(request.collection) or (0, 0)
    by_years = replace(request, newest_years=(year_of(newest), year_of(newest) - 1))
    assert engine.search(by_years, Order.NEWEST, limit=ALL) == document_ids
    assert engine.search(by_years, Order.NEWEST, limit=5, offset=2) == document_ids[2:7]
    found = SearchDocument.objects.filter(collection=request.collection)
    ids = dict(found.values_list("place", "object_id"))
    return {ids[document_id] for document_id in document_ids}


def _cut(random: Random, truths: Sequence[Truth]) -> str:
    """A piece of one to eight characters of any text: a third begins in Chinese, a third in
    Latin."""
    while True:
        beginning = random.choice([r"[\u4e00-\u9fff]", r"[A-Za-z0-9]", r"."])
        source = random.choice(random.choice(truths).sources)
        starts = [found.start() for found in re.finditer(beginning, source)]
        if not starts:
            continue
        start = random.choice(starts)
        cut = source[start : start + random.randint(1, 8)]
        if Text(cut) and not _QUOTES.search(cut):
            return cut


def _asked_for(term: str) -> Asked:
    wanted = Text(term)
    typed = term if _PLAIN_WORD.fullmatch(term) else f'"{term}"'
    return typed, lambda truth: truth.holds(wanted)


def _query(random: Random, truths: Sequence[Truth]) -> Asked:
    """A query of one to three conditions, most of them true of one topic, that must all be true.

    One query in five has dates.
    """
    one = [random.choice(truths)]
    parts = [_condition(random, one, truths) for _ in range(random.randint(1, 3))]
    if random.random() < 0.2:
        parts.append(_dates(random, truths))
    random.shuffle(parts)
    predicates = [predicate for _, predicate in parts]
    typed = " ".join(typed for typed, _ in parts)
    return typed, lambda truth: all(predicate(truth) for predicate in predicates)


def _condition(random: Random, one: Sequence[Truth], truths: Sequence[Truth]) -> Asked:
    """A condition: a word, a phrase or a field, possibly negated, or one of two."""
    if random.random() < 0.25:
        typed, is_ruled_out = _operand(random, truths)
        return f"-{typed}", lambda truth: not is_ruled_out(truth)
    typed, predicate = _operand(random, one)
    if random.random() < 0.25:
        other, is_other = _operand(random, truths)
        return f"{typed} OR {other}", lambda truth: predicate(truth) or is_other(truth)
    return typed, predicate


def _operand(random: Random, truths: Sequence[Truth]) -> Asked:
    of_fields = [_label, _tag, _kind, _reference, _digest, _edited]
    of_field = random.choice(of_fields)(random, truths) if random.random() < 0.5 else None
    return of_field or _asked_for(_cut(random, truths))


def _label(random: Random, truths: Sequence[Truth]) -> Asked | None:
    label = _any_of(random, [truth.labels for truth in truths])
    if label is None:
        return None
    kind = PointKind.from_label(label)
    name = label if kind is PointKind.OTHER else kind.value
    return f'label:"{label}"', lambda truth: name in truth.labels


def _tag(random: Random, truths: Sequence[Truth]) -> Asked | None:
    name = _any_of(random, [truth.tags for truth in truths])
    return None if name is None else (f'tag:"{name}"', lambda truth: name in truth.tags)


def _kind(random: Random, truths: Sequence[Truth]) -> Asked | None:
    kind = _any_of(random, [truth.kinds for truth in truths])
    return None if kind is None else (f"kind:{kind}", lambda truth: kind in truth.kinds)


def _reference(random: Random, truths: Sequence[Truth]) -> Asked | None:
    key = _any_of(random, [truth.references for truth in truths])
    return None if key is None else (f'ref:"{key}"', lambda truth: key in truth.references)


def _digest(random: Random, truths: Sequence[Truth]) -> Asked:
    slug = random.choice(truths).digest
    return f'digest:"{slug}"', lambda truth: truth.digest == slug


def _edited(random: Random, truths: Sequence[Truth]) -> Asked:
    return "is:edited", lambda truth: truth.is_edited


def _dates(random: Random, truths: Sequence[Truth]) -> Asked:
    """A condition on dates. ``after:`` begins with the following day."""
    day = random.choice(truths).day
    if random.random() < 0.5:
        return f"before:{day:%Y-%m}", lambda truth: truth.day < day.replace(day=1)
    return f"after:{day}", lambda truth: truth.day > day


def _any_of(random: Random, sets: Sequence[set[str]]) -> str | None:
    values = sorted(value for value in set().union(*sets) if not _QUOTES.search(value))
    return random.choice(values) if values else None
