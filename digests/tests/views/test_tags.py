from pathlib import Path

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from digests import editing
from digests.models import Tag, TaggedTopic, Topic
from digests.tests import builders
from digests.tests.files import edit_topic, import_text
from digests.views.tags import TAGS_ON_PAGE

pytestmark = pytest.mark.django_db


def test_the_list_holds_the_used_tags_with_their_counts_most_used_first(client: Client) -> None:
    digest = builders.digest()
    builders.topic(digest, "一", tags=["MCTS", "检索增强"])
    builders.topic(digest, "二", tags=["检索增强"])
    builders.tag("没人用的标签")
    response = client.get("/tags/")
    names = [tag.name for tag in response.context["page"]]
    assert names == ["检索增强", "MCTS"]
    assertContains(response, '<span class="count">2</span>', html=True)


def test_the_list_by_name_is_in_one_alphabet_of_pinyin_and_latin(client: Client) -> None:
    builders.topic(builders.digest(), tags=["RAG", "检索增强", "4-bit", "Adam", "知识图谱", "json"])
    response = client.get("/tags/?order=name")
    names = [tag.name for tag in response.context["page"]]
    assert names == ["4-bit", "Adam", "检索增强", "json", "RAG", "知识图谱"]
    groups = {
        group.name: [tag.name for tag in group.tags] for group in response.context["by_letter"]
    }
    assert list(groups) == ["#", "A", "J", "R", "Z"]
    assert groups["J"] == ["检索增强", "json"]
    assertContains(response, 'href="?order=name&amp;page=1#letter-j"')
    assertContains(response, 'id="letter-j"')
    assertContains(response, 'id="letter-none"')


def test_a_letter_leads_to_the_page_that_it_begins_on(client: Client) -> None:
    topic = builders.topic(builders.digest())
    tags = Tag.objects.named([f"a{number:03}" for number in range(TAGS_ON_PAGE + 1)] + ["检索"])
    TaggedTopic.objects.bulk_create(TaggedTopic(content_object=topic, tag=tag) for tag in tags)
    Tag.objects.update(topic_count=1)
    response = client.get("/tags/?order=name&page=2")
    assert [(letter.name, letter.page) for letter in response.context["letters"]] == [
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
    assert response.context["tag"].name == name
    assertContains(response, topic.get_absolute_url())


def test_a_tag_shows_its_topics_newest_first_with_their_digests(client: Client) -> None:
    newer, older = builders.digests(2)
    last = builders.topic(older, "昨天的话题", tags=["RAG"])
    first = builders.topic(newer, "今天的话题", tags=["RAG"])
    builders.topic(newer, "无关的话题")
    response = client.get("/tags/rag/")
    assert list(response.context["topics"]) == [first, last]
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
