import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from digests.tests import builders

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
