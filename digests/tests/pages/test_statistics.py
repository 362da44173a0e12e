from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django.asserts import assertContains

from digests.pages.parts.counted import Counted
from digests.tests import builders
from digests.vocabulary import TopicStatus

pytestmark = pytest.mark.django_db


def test_it_counts_topics_by_month_of_the_time_zone_of_the_site(client: Client) -> None:
    july = builders.digest(published_at=builders.DAY.replace(day=1, hour=0))
    may = builders.digest("may", published_at=builders.DAY.replace(month=5))
    for digest in (july, july, may):
        builders.topic(digest)
    builders.topic(july, status=TopicStatus.ARCHIVED)
    response = client.get("/stats/")
    months = response.context["statistics"]["months"]
    assert [(month.first.month, month.count) for month in months] == [(5, 1), (6, 0), (7, 2)]
    assertContains(response, "2 digests · 3 topics")
    assertContains(response, "From May 2024 to July 2024; most in July 2024: 2")
    row = '<tr><th scope="row"><a href="/archive/2024/7/">July 2024</a></th><td>2</td></tr>'
    assertContains(response, row, html=True)


def test_it_counts_the_points_of_live_topics_by_kind(client: Client) -> None:
    digest = builders.digest()
    builders.topic(digest, body="* **问题**: 甲\n* **结论**: 乙\n* **问题**: 丙\n")
    builders.topic(digest, body="* **方法**: 甲\n", status=TopicStatus.DELETED)
    points = client.get("/stats/").context["statistics"]["points"]
    assert [(row.name, row.count) for row in points] == [("Question", 2), ("Conclusion", 1)]


def test_it_counts_the_cited_references_by_kind_and_by_site(client: Client) -> None:
    topic = builders.topic(builders.digest())
    for number, host in enumerate(["arxiv.org", "arxiv.org", "github.com", ""]):
        kind = "code" if host == "github.com" else "paper"
        builders.citation(topic, builders.reference(f"name:{number}", kind=kind, host=host))
    in_preamble = builders.reference("name:preamble", kind="paper", host="arxiv.org")
    builders.citation(topic.digest, in_preamble)
    builders.reference("name:forgotten", kind="video", host="forgotten.example")
    response = client.get("/stats/")
    statistics = response.context["statistics"]
    assert statistics["references"] == [
        Counted("Paper", 4, "/references/?kind=paper", "paper"),
        Counted("Code", 1, "/references/?kind=code", "code"),
    ]
    assert [(row.name, row.count) for row in statistics["hosts"]] == [
        ("arxiv.org", 3),  # equal to the linked list
        ("github.com", 1),
    ]
    assertContains(response, "/references/?kind=paper")
    assert client.get("/references/?host=arxiv.org").context["page"].paginator.count == 3


def test_it_shows_the_most_used_tags_in_the_months_of_all_topics(client: Client) -> None:
    newest, older = builders.digest(), builders.digest("older", published_at=months_ago(2))
    builders.topic(newest, tags=["RAG", "MCTS"])
    builders.topic(older, tags=["RAG"])
    builders.topic(older, tags=["MCTS"], status=TopicStatus.ARCHIVED)
    for number in range(8):
        builders.topic(newest, tags=[f"a{number}"])
    tags = client.get("/stats/").context["statistics"]["tags"]
    assert len(tags) == 8
    counts = {tag.name: [month.count for month in months] for tag, months in tags}
    assert counts["RAG"] == [1, 0, 1]
    assert counts["MCTS"] == [0, 0, 1]


def test_it_shows_no_more_than_three_years(client: Client) -> None:
    builders.topic(builders.digest())
    builders.topic(builders.digest("old", published_at=months_ago(50)), tags=["RAG"])
    statistics = client.get("/stats/").context["statistics"]
    assert len(statistics["months"]) == 36
    assert statistics["topics"] == 2
    assert statistics["tags"] == []


def test_without_digests_it_says_so(client: Client) -> None:
    assertContains(client.get("/stats/"), "There is no digest yet.")


def months_ago(number: int) -> datetime:
    return builders.DAY - timedelta(days=30.5 * number)
