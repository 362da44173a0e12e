import re

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from digests.tests import builders
from digests.vocabulary import QuestionState, TopicStatus

pytestmark = pytest.mark.django_db

OPEN = "* **问题**: 显存**够**吗\n* **讨论**: 有人说够\n* **问题**: 带宽呢\n"
ANSWERED = "* **问题**: 显存够吗\n* **结论**: 够\n"


def listed(client: Client, query: str = "") -> list[int]:
    """The ids of the topics of a page."""
    return [each.topic.pk for each in client.get(f"/questions/{query}").context["questions"]]


def test_it_lists_topics_that_ask_and_do_not_answer_newest_first(client: Client) -> None:
    newer, older = builders.digests(2)
    last = builders.topic(older, body=OPEN)
    first = builders.topic(newer, body=OPEN)
    for answer in ("结论", "方法", "观点", "结果"):
        builders.topic(newer, body=f"* **问题**: 甲\n* **{answer}**: 乙\n")
    builders.topic(newer, body="* **讨论**: 没有问题\n")
    assert listed(client) == [first.pk, last.pk]


def test_what_an_editor_says_goes_before_what_the_points_say(client: Client) -> None:
    digest = builders.digest()
    builders.topic(digest, body=OPEN, question=QuestionState.SETTLED)
    marked = builders.topic(digest, body="没有要点\n", question=QuestionState.OPEN)
    answered = builders.topic(digest, body=ANSWERED, question=QuestionState.OPEN)
    assert listed(client) == [marked.pk, answered.pk]
    assertContains(client.get("/questions/"), "Marked as open by an editor", count=1)


def test_readers_see_the_questions_and_no_markdown(client: Client) -> None:
    topic = builders.topic(builders.digest(), "标题 & 更多", body=OPEN, tags=["RAG"])
    response = client.get("/questions/")
    assertContains(response, "显存<strong>够</strong>吗", html=False)
    assertContains(response, "带宽呢")
    assertNotContains(response, "有人说够")
    assertContains(response, topic.get_absolute_url())
    assertContains(response, "July 10, 2024")
    assertContains(response, "no conclusion, method, opinion or result")


@pytest.mark.parametrize("status", [TopicStatus.ARCHIVED, TopicStatus.DELETED])
def test_what_readers_do_not_meet_is_not_listed(client: Client, status: TopicStatus) -> None:
    builders.topic(builders.digest(), body=OPEN, status=status)
    assertContains(client.get("/questions/"), "No question is open.")


def test_a_tag_narrows_the_list_and_can_be_taken_off(client: Client) -> None:
    digest = builders.digest()
    tagged = builders.topic(digest, body=OPEN, tags=["检索 增强"])
    builders.topic(digest, body=OPEN, tags=["RAG"])
    builders.topic(digest, body=ANSWERED, tags=["已经回答"])
    response = client.get("/questions/")
    assert [tag.name for tag in response.context["tags"]] == ["RAG", "检索 增强"]
    assert listed(client, "?tag=检索-增强") == [tagged.pk]
    assertContains(client.get("/questions/?tag=rag"), 'class="chip"')


@pytest.mark.parametrize("slug", ["unknown", "a%00b", "x" * 200])
def test_an_unknown_tag_is_told(client: Client, slug: str) -> None:
    topic = builders.topic(builders.digest(), body=OPEN)
    response = client.get(f"/questions/?tag={slug}")
    assertContains(response, "There is no such tag")
    assert [each.topic.pk for each in response.context["questions"]] == [topic.pk]


def test_of_a_tag_without_open_questions_it_says_so_and_not_more(client: Client) -> None:
    digest = builders.digest()
    builders.topic(digest, body=OPEN)
    builders.topic(digest, body=ANSWERED, tags=["RAG"])
    response = client.get("/questions/?tag=rag")
    assertContains(response, "No topic with this tag has an open question.")


def test_the_list_is_paged(client: Client) -> None:
    digest = builders.digest()
    topics = [builders.topic(digest, f"话题 {number}", body=OPEN) for number in range(21)]
    assert listed(client, "?page=2") == [topic.pk for topic in topics[20:]]


def test_footnotes_of_questions_are_on_the_pages_of_their_topics(client: Client) -> None:
    digest = builders.digest()
    body = "* **问题**: 甲[^1]\n\n[^1]: 注\n"
    topics = [builders.topic(digest, body=body) for _ in range(2)]
    page = client.get("/questions/").content.decode()
    assert len(set(re.findall(r'id="([^"]*fnref-1)"', page))) == 2
    for topic in topics:
        (target,) = re.findall(rf'href="{topic.get_absolute_url()}#([^"]*fn-1)"', page)
        assertContains(client.get(topic.get_absolute_url()), f'id="{target}"')
