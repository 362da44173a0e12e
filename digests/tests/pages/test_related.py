from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digests.models import Citation, Reference, Topic
from digests.pages.topics import related
from digests.pages.topics.queries import surroundings
from digests.pages.topics.related import Related
from digests.search import index
from digests.tests import builders
from digests.vocabulary import TopicStatus

pytestmark = pytest.mark.django_db


def topic(title: str, *, day: int = 0, tags: Sequence[str] = (), **fields: str) -> Topic:
    """A topic of a digest of its own, ``day`` days after the first."""
    published_at = builders.DAY + timedelta(days=day)
    digest = builders.digest(f"{title}-{day}", published_at=published_at)
    return builders.topic(digest, title, tags=tags, **fields)


def to(of: Topic) -> Related:
    index.refresh(topics=list(Topic.objects.values_list("pk", flat=True)))
    return related_of(Topic.objects.get(pk=of.pk))


def related_of(of: Topic) -> Related:
    return surroundings(AnonymousUser(), of, of.own_tags)[1]


def best(of: Topic) -> list[str]:
    return [found.title for found in to(of).best]


def test_references_weigh_more_than_tags_and_rare_tags_more_than_common_ones() -> None:
    one, two = builders.reference("name:1"), builders.reference("name:2")
    here = topic("本篇", tags=["RAG", "MCTS"])
    both, single = topic("同引两篇"), topic("同引一篇", day=9)
    topic("同为常见标签", day=8, tags=["RAG"])
    topic("同为罕见标签", tags=["MCTS"])
    topic("也是常见标签", day=7, tags=["RAG"])
    topic("无关")
    for citing, references in ((here, [one, two]), (both, [one, two]), (single, [one])):
        for reference in references:
            builders.citation(citing, reference)
    assert best(here) == [
        "同引两篇",
        "同引一篇",
        "同为罕见标签",
        "同为常见标签",
        "也是常见标签",
    ]


def test_each_says_what_it_shares() -> None:
    reference = builders.reference(cited_title="Toolformer")
    here = topic("用 Mixtral 做 RAG", tags=["RAG", "MoE"])
    other = topic("Mixtral 与 RAG", tags=["RAG", "MoE"])
    topic("第三篇", tags=["RAG"])
    for citing in (here, other):
        builders.citation(citing, reference)
        builders.citation(citing, reference, item=None)  # once more, in the text
    found = to(here).best[0]
    assert found.pk == other.pk
    assert [shared.pk for shared in found.references] == [reference.pk]
    assert [tag.name for tag in found.tags] == ["MoE", "RAG"]
    assert found.words == ["Mixtral", "RAG"]


def test_titles_with_two_telling_words_in_common_are_similar() -> None:
    here = topic("FlashAttention 在长文本推理中的应用")
    topic("长文本场景下 FlashAttention 的改进")
    topic("FlashAttention 的应用")
    topic("MCTS 在数学中的应用")
    assert best(here) == ["长文本场景下 FlashAttention 的改进"]
    assert to(here).best[0].words == ["FlashAttention", "文本"]


def test_only_six_are_shown() -> None:
    here = topic("本篇", tags=["RAG"])
    for day in range(8):
        topic(f"第 {day} 篇", day=day, tags=["RAG"])
    assert best(here) == [f"第 {day} 篇" for day in (7, 6, 5, 4, 3, 2)]


def test_with_nothing_in_common_there_is_nothing() -> None:
    here = topic("本篇", tags=["RAG"])
    topic("别的", tags=["MCTS"])
    assert to(here) == Related([], [], [])


@pytest.mark.parametrize("status", [TopicStatus.ARCHIVED, TopicStatus.DELETED])
def test_what_readers_do_not_meet_is_not_related(status: TopicStatus) -> None:
    here = topic("本篇", tags=["RAG"])
    topic("不在了", tags=["RAG"], status=status)
    assert best(here) == []


def test_the_line_of_time_has_the_three_before_and_the_three_after() -> None:
    topics = [topic(f"第 {day} 天", day=day, tags=["RAG"]) for day in (6, 1, 4, 8, 3, 7, 2, 5, 0)]
    here = topics[2]
    found = to(here)
    assert [other.title for other in found.earlier] == ["第 1 天", "第 2 天", "第 3 天"]
    assert [other.title for other in found.later] == ["第 5 天", "第 6 天", "第 7 天"]


def test_the_line_of_time_leaves_out_its_own_digest_and_common_tags(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(related, "SUBJECT", 2)
    here = topic("本篇", tags=["RAG", "MCTS"])
    builders.topic(here.digest, "同一天", tags=["MCTS"])
    topic("常见标签", day=1, tags=["RAG"])
    topic("也是常见标签", day=2, tags=["RAG"])
    found = to(here)
    assert (found.earlier, found.later) == ([], [])
    assert "同一天" in [other.title for other in found.best]


def test_topics_at_the_same_moment_are_in_the_order_of_the_pages() -> None:
    first, here, last = (topic(title, tags=["RAG"]) for title in ("甲", "乙", "丙"))
    found = to(here)
    pks = [[other.pk for other in some] for some in (found.earlier, found.later)]
    assert pks == [[first.pk], [last.pk]]


def cited_by_many(number: int) -> Topic:
    """The middle one of ``number`` topics with the same citations and tags."""
    reference = Reference.objects.create(key="name:many", kind="paper", topic_count=number)
    digests = builders.digests(number // 10)
    topics = Topic.objects.bulk_create(
        Topic(digest=digest, position=position, title=f"{digest.slug} {position}")
        for digest in reversed(digests)
        for position in range(10)
    )
    Citation.objects.bulk_create(
        Citation(topic=topic, reference=reference, position=0, item=0, kind="paper")
        for topic in topics
    )
    return topics[number // 2]


def test_5000_topics_that_cite_the_same_are_not_all_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = cited_by_many(5000)
    read = set()

    class Counted(related.RelatedTopic):
        def __post_init__(self) -> None:
            read.add(self.pk)

    monkeypatch.setattr(related, "RelatedTopic", Counted)
    with CaptureQueriesContext(connection) as asked:
        found = related_of(here)
    assert len(asked) == 5
    assert len(read) <= 30
    newest = Topic.objects.newest_first()[:10]
    assert {other.digest for other in found.best} == {newest[0].digest_id}


@pytest.mark.parametrize(("more", "beside"), [(0, 3), (10, 0)])
def test_what_very_many_topics_cite_is_no_subject(more: int, beside: int) -> None:
    found = related_of(cited_by_many(related.SUBJECT + more))
    assert len(found.earlier) == len(found.later) == beside


def test_what_is_common_relates_where_too_little_is_rare() -> None:
    here = cited_by_many(related.SUBJECT + 10)
    rare = Reference.objects.create(key="name:rare", kind="paper", topic_count=2)
    other = topic("同引罕见")
    for citing in (here, other):
        builders.citation(citing, rare, position=1)
    found = related_of(here)
    assert [shared.pk for shared in found.best[0].references] == [rare.pk]
    assert len(found.best) == related.BEST
