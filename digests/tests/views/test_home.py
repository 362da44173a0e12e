import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from digests.tests import builders

pytestmark = pytest.mark.django_db


def test_it_shows_the_newest_digest_with_the_titles_of_its_topics(client: Client) -> None:
    newest, earlier = builders.digests(2)
    builders.topic(newest, "MCTS 在 RAG 中的应用")
    builders.topic(earlier, "昨天的话题")
    response = client.get("/")
    assertContains(response, newest.get_absolute_url())
    assertContains(response, "MCTS 在 RAG 中的应用")
    assertContains(response, earlier.title)
    assertNotContains(response, "昨天的话题")


def test_it_shows_used_tags_and_cited_references_with_their_counts(client: Client) -> None:
    digest = builders.digest()
    reference = builders.reference()
    for number in range(2):
        topic = builders.topic(digest, f"话题 {number}", tags=["RAG"])
        builders.citation(topic, reference)
    builders.tag("没人用的标签")
    builders.reference("name:forgotten", cited_title="没人引用的论文")
    response = client.get("/")
    assertContains(response, '<a href="/tags/rag/">RAG</a> <span class="count">2</span>', html=True)
    assertContains(response, reference.get_absolute_url())
    assertContains(response, "in 2 topics")
    assertNotContains(response, "没人用的标签")
    assertNotContains(response, "没人引用的论文")


def test_it_says_so_when_there_is_nothing_yet(client: Client) -> None:
    assertContains(client.get("/"), "There is no digest yet.")


def test_its_title_is_the_name_of_the_site(client: Client) -> None:
    assertContains(client.get("/"), "<title>群聊知识库</title>", html=True)


def test_it_refuses_to_be_posted_to(client: Client) -> None:
    assert client.post("/").status_code == 405
