import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from digests.changes import editing
from digests.models import Tag, TaggedTopic, Topic
from digests.pages.parts import newest
from digests.pages.tags import queries, views
from digests.pages.tags.views import TAGS_ON_PAGE
from digests.tests import builders
from digests.tests.files import edit_topic, import_text
from digests.vocabulary import TopicStatus

pytestmark = pytest.mark.django_db

BOTH = "/tags/mcts+rag/"


def test_the_list_holds_the_used_tags_with_their_counts_most_used_first(client: Client) -> None:
    digest = builders.digest()
    builders.topic(digest, "一", tags=["MCTS", "检索增强"])
    builders.topic(digest, "二", tags=["检索增强"])
    builders.tag("没人用的标签")
    response = client.get("/tags/")
    names = [tag.name for tag in response.context["page"]]
    assert names == ["检索增强", "MCTS"]
    assertContains(response, '<span class="count">2</span>', html=True)


def test_the_topics_of_a_tag_say_which_others_they_have(client: Client) -> None:
    topic = builders.topic(builders.digest(), "一", tags=["RAG", "MCTS"])
    builders.topic(topic.digest, "二", tags=["RAG"])
    page = client.get("/tags/rag/").content.decode()
    entries = page.partition('<ul class="entries">')[2].partition('class="columns__side"')[0]
    assert entries.count('class="tags quiet"') == 1
    assert 'href="/tags/mcts/"' in entries
    assert 'href="/tags/rag/"' not in entries


def test_the_list_by_name_is_in_one_alphabet_of_pinyin_and_latin(client: Client) -> None:
    builders.topic(builders.digest(), tags=["RAG", "检索增强", "4-bit", "Adam", "知识图谱", "json"])
    response = client.get("/tags/?order=name")
    names = [tag.name for tag in response.context["page"]]
    assert names == ["4-bit", "Adam", "检索增强", "json", "RAG", "知识图谱"]
    shown = re.findall(r'id="letter-\w+">(.)</h2>(.*?)</section>', response.text, re.DOTALL)
    groups = {
        letter: re.findall(r'<a href="/tags/[^"]+">(.*?)</a>', tags) for letter, tags in shown
    }
    assert list(groups) == ["#", "A", "J", "R", "Z"]
    assert groups["J"] == ["检索增强", "json"]
    assertContains(response, 'href="?order=name&amp;page=1#letter-j"')
    assertContains(response, 'id="letter-j"')
    assertContains(response, 'id="letter-none"')


def test_a_letter_leads_to_the_page_that_it_begins_on(client: Client) -> None:
    topic = builders.topic(builders.digest())
    tags = Tag.objects.get_or_create_named(
        [f"a{number:03}" for number in range(TAGS_ON_PAGE + 1)] + ["检索"]
    )
    TaggedTopic.objects.bulk_create(TaggedTopic(content_object=topic, tag=tag) for tag in tags)
    Tag.objects.update(topic_count=1)
    response = client.get("/tags/?order=name&page=2")
    assert [(letter, page) for letter, _, page in response.context["letters"]] == [
        ("A", 1),
        ("J", 2),
    ]
    assert [tag.name for tag in response.context["page"]] == ["a200", "检索"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("rag", ["GraphRAG", "RAG"]),
        ("ＲＡＧ", ["GraphRAG", "RAG"]),
        ("索", ["检索增强"]),
        ("jian", ["检索增强"]),
        ("jian suo", ["检索增强"]),
        ("+", ["C++"]),
        ("没有", []),
        ("a\0b", ["C++", "GraphRAG", "RAG", "检索增强"]),
    ],
)
@pytest.mark.parametrize("order", ["", "name"])
def test_tags_are_found_by_a_part_of_their_name_or_the_beginning_of_their_pinyin(
    client: Client, typed: str, found: list[str], order: str
) -> None:
    builders.topic(builders.digest(), tags=["RAG", "GraphRAG", "检索增强", "C++"])
    response = client.get("/tags/", {"q": typed, "order": order})
    assert sorted(tag.name for tag in response.context["page"]) == found
    if not found:
        assertContains(response, "No tag has this in its name.")


@pytest.mark.parametrize("typed", ["Über", "über", "ÜBER", "straße"])
def test_a_tag_is_found_in_either_case_in_every_alphabet(client: Client, typed: str) -> None:
    builders.topic(builders.digest(), tags=["Über Straße", "RAG"])
    page = client.get("/tags/", {"q": typed}).context["page"]
    assert [tag.name for tag in page] == ["Über Straße"]


def test_the_order_of_the_list_keeps_what_was_typed(client: Client) -> None:
    builders.topic(builders.digest(), tags=["RAG"])
    response = client.get("/tags/?q=rag&page=1")
    assertContains(response, 'value="rag"')
    assertContains(response, 'href="?q=rag&amp;order=name"')
    assertContains(client.get("/tags/?q=rag&order=name"), 'name="order" value="name"')


def test_a_tag_is_sorted_by_its_name_whoever_gave_it(tmp_path: Path) -> None:
    import_text(tmp_path, "---\ntags: [检索, Ranking]\n---\n## 一\n甲\n")
    topic = edit_topic(Topic.objects.get(), tags=["评测"])
    topic.tags.add("蒸馏")
    renamed = Tag.objects.get(name="Ranking")
    renamed.name = "排序"
    editing.save_tag(renamed)
    keys = dict(Tag.objects.values_list("name", "sort_key"))
    assert keys == {"检索": "jiansuo", "排序": "paixu", "评测": "pingce", "蒸馏": "zhengliu"}


def test_an_empty_list_says_so(client: Client) -> None:
    assertContains(client.get("/tags/"), "No topic has a tag yet.")


@pytest.mark.parametrize("name", ["检索增强", "C", "C++", "C#", "v0.2", "Adam 优化器"])
def test_a_tag_has_an_address_of_its_own(client: Client, name: str) -> None:
    digest = builders.digest()
    builders.topic(digest, "别的话题", tags=["C", "C++", "C#", "Adam 优化器", "检索增强", "v0.2"])
    topic = builders.topic(digest, "这个话题", tags=[name])
    response = client.get(topic.own_tags[0].get_absolute_url())
    assert [tag.name for tag in response.context["subject"].tags] == [name]
    assertContains(response, topic.get_absolute_url())


def test_a_tag_shows_its_topics_newest_first_with_their_digests(client: Client) -> None:
    newer, older = builders.digests(2)
    last = builders.topic(older, "昨天的话题", tags=["RAG"])
    first = builders.topic(newer, "今天的话题", tags=["RAG"])
    builders.topic(newer, "无关的话题")
    response = client.get("/tags/rag/")
    assert [topic.pk for topic in response.context["listed"]] == [first.pk, last.pk]
    assertContains(response, "July 9, 2024")
    assertNotContains(response, "无关的话题")


def test_topics_that_inherit_a_tag_are_reached_through_their_digest(client: Client) -> None:
    digest = builders.digest(tags=["RAG"])
    response = client.get("/tags/rag/")
    assertContains(response, "Digests with this tag")
    assertContains(response, digest.get_absolute_url())


def test_topics_and_digests_are_paged_apart(client: Client) -> None:
    for digest in builders.digests(21, tags=["RAG"]):
        builders.topic(digest, f"话题 {digest.slug}", tags=["RAG"])
    response = client.get("/tags/rag/?page=2&digests=3")
    assert response.context["topics"].number == 2
    assert response.context["digests"].number == 3
    assertContains(response, "?page=1&amp;digests=3")
    assertContains(response, "?page=2&amp;digests=2#digests")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("RAG", "RAG"),
        ("ＲＡＧ", "RAG"),
        ("C++", "C++"),
        ("C%23", "C#"),
        ("Ｃ", "C"),
        ("Adam 优化器", "Adam 优化器"),
        ("？！", "？！"),
    ],
)
def test_another_spelling_of_a_tag_leads_to_its_address(
    client: Client, written: str, name: str
) -> None:
    digest = builders.digest()
    builders.topic(digest, "别的话题", tags=["RAG", "C", "C++", "C#"])
    tag = builders.topic(digest, tags=[name]).own_tags[0]
    response = client.get(f"/tags/{written}/?page=2")
    assertRedirects(response, f"{tag.get_absolute_url()}?page=2", status_code=301)


@pytest.mark.parametrize("slug", ["unknown", "Unknown", "C++", "？！", "未知", "a%00b"])
def test_an_unknown_tag_is_not_found(client: Client, slug: str) -> None:
    assert client.get(f"/tags/{slug}/").status_code == 404


@pytest.fixture
def some_topics() -> list[Topic]:
    """Topics with tags: RAG and MCTS, both and C++, RAG alone, MCTS alone; the newest first."""
    newer, older = builders.digests(2, tags=["RAG", "MCTS"])
    return [
        builders.topic(newer, "甲", tags=["RAG", "MCTS"]),
        builders.topic(newer, "乙", tags=["MCTS", "C++", "RAG"]),
        builders.topic(older, "丙", tags=["RAG", "检索"]),
        builders.topic(older, "丁", tags=["MCTS"]),
    ]


def test_two_tags_have_a_page_of_what_has_both(client: Client, some_topics: list[Topic]) -> None:
    builders.digest("other", tags=["RAG"])
    response = client.get("/tags/mcts+rag/")
    assert [topic.title for topic in response.context["listed"]] == ["甲", "乙"]
    assert response.context["topics"].paginator.count == 2
    assert [digest.slug for digest in response.context["listed_digests"]] == [
        "2024-07-10",
        "2024-07-09",
    ]
    assertContains(response, "<h1>MCTS + RAG</h1>", html=True)
    assertContains(response, "Digests with these tags")


def test_three_tags_have_one_too_and_four_have_none(
    client: Client, some_topics: list[Topic]
) -> None:
    response = client.get("/tags/c-plus-plus+mcts+rag/")
    assert [topic.title for topic in response.context["listed"]] == ["乙"]
    assert client.get("/tags/c-plus-plus+mcts+rag+检索/").status_code == 404


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("rag+mcts", "mcts+rag"),
        ("RAG+MCTS", "mcts+rag"),
        ("rag+rag", "rag"),
        ("C+++RAG", "c-plus-plus+rag"),
        ("rag+C++", "c-plus-plus+rag"),
        ("mcts+c+++rag", "c-plus-plus+mcts+rag"),
        ("C++", "c-plus-plus"),
        ("a+b", "a-plusb"),
    ],
)
def test_another_order_or_spelling_of_tags_leads_to_their_address(
    client: Client, some_topics: list[Topic], written: str, address: str
) -> None:
    builders.topic(builders.digest("other"), tags=["A+B"])
    response = client.get(f"/tags/{written}/?page=2")
    assertRedirects(response, f"/tags/{address}/?page=2", status_code=301)


def test_two_tags_go_before_one_that_is_called_like_both(client: Client) -> None:
    builders.topic(builders.digest(), tags=["a", "b", "a+b"])
    tags = client.get("/tags/a+b/").context["subject"].tags
    assert [tag.name for tag in tags] == ["a", "b"]


@pytest.mark.parametrize("slug", ["rag+unknown", "unknown+rag", "rag+", "+", "+" * 300, "a+" * 40])
def test_tags_of_which_one_is_unknown_are_not_found(
    client: Client, some_topics: list[Topic], slug: str
) -> None:
    assert client.get(f"/tags/{slug}/").status_code == 404


def test_tags_that_nothing_has_together_say_so(client: Client, some_topics: list[Topic]) -> None:
    builders.topic(builders.digest("other"), tags=["评测"])
    assertContains(client.get("/tags/rag+评测/"), "No topic has all of these tags.")


def test_a_tag_tells_which_ones_come_with_it_and_leads_to_both(
    client: Client, some_topics: list[Topic]
) -> None:
    builders.topic(builders.digest("other"), tags=["RAG", "MCTS"], status=TopicStatus.ARCHIVED)
    response = client.get("/tags/rag/")
    together = [(tag.name, count) for tag, count, _ in response.context["co_occurring"]["together"]]
    assert together == [("MCTS", 2), ("C++", 1), ("检索", 1)]
    assertContains(response, 'href="/tags/mcts+rag/"')
    pair = client.get("/tags/mcts+rag/")
    assert [tag.name for tag, *_ in pair.context["co_occurring"]["together"]] == ["C++"]
    assertContains(pair, 'href="/tags/c-plus-plus+mcts+rag/"')
    triple = client.get("/tags/c-plus-plus+mcts+rag/")
    assert triple.context["co_occurring"]["together"] == []


def test_a_tag_tells_which_references_are_cited_most_under_it(client: Client) -> None:
    often, once, elsewhere = (builders.reference(f"name:{n}", cited_title=n) for n in "甲乙丙")
    digest = builders.digest()
    first, second = (builders.topic(digest, tags=["RAG"]) for _ in range(2))
    builders.citation(first, once)
    for topic in (first, second):
        builders.citation(topic, often)
        builders.citation(topic, often)  # twice in one topic counts once
    builders.citation(builders.topic(digest, tags=["MCTS"]), elsewhere)
    response = client.get("/tags/rag/")
    cited = [(r.title, count) for r, count in response.context["co_occurring"]["references"]]
    assert cited == [("甲", 2), ("乙", 1)]
    assertContains(response, often.get_absolute_url())


def test_a_tag_counts_its_labels_and_leads_to_them(client: Client) -> None:
    digest = builders.digest()
    builders.topic(digest, body="* **结论**: 一\n* **问题**: 二\n* **结论**: 三\n", tags=["C++"])
    builders.topic(digest, body="* **结论**: 别处\n", tags=["RAG"])
    response = client.get("/tags/c-plus-plus/")
    assert response.context["co_occurring"]["labels"] == [("question", 1), ("conclusion", 2)]
    assertContains(response, 'href="/labels/conclusion/?tag=c-plus-plus"')


def test_a_tag_has_a_chart_of_its_months_in_the_time_of_the_site(client: Client) -> None:
    july = datetime(2024, 6, 30, 16, tzinfo=UTC)  # the first of July in Shanghai
    for at in (july, datetime(2024, 9, 2, tzinfo=UTC), datetime(2024, 9, 3, tzinfo=UTC)):
        builders.topic(builders.digest(f"{at:%m-%d}", published_at=at), tags=["RAG"])
    response = client.get("/tags/rag/")
    months = [(f"{m.first:%Y-%m}", m.count) for m in response.context["co_occurring"]["months"]]
    assert months == [("2024-07", 1), ("2024-08", 0), ("2024-09", 2)]
    assertContains(response, "Topics by month")


def test_of_a_tag_with_very_many_topics_the_latest_are_counted_and_the_page_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (newest, views):
        monkeypatch.setattr(module, "LATEST", 2)
    monkeypatch.setattr(
        queries, "_newest_of", newest.NewestTopics(queries._of_tag, "content_object")
    )
    older, newer = builders.digest("1"), builders.digest("2")
    builders.topic(older, tags=["RAG", "旧"])
    assertNotContains(client.get("/tags/rag/"), "counted in the latest")
    for _ in range(2):
        builders.topic(newer, tags=["RAG", "新"])
    response = client.get("/tags/rag/")
    assert [tag.name for tag, *_ in response.context["co_occurring"]["together"]] == ["新"]
    assertContains(response, "counted in the latest 2 of these topics")
    assert response.context["topics"].paginator.count == 3


def test_of_very_many_digests_the_newest_are_shown_too(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for digest in builders.digests(4, tags=["RAG", "MCTS"]):
        builders.digest(f"{digest.slug}-other")
    few = [client.get(address).context["listed_digests"] for address in ("/tags/rag/", BOTH)]
    monkeypatch.setattr(queries, "_SORTED", 1)
    assert [client.get(at).context["listed_digests"] for at in ("/tags/rag/", BOTH)] == few
    assert len(few[0]) == len(few[1]) == 4
