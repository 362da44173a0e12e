import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries
from pytest_django.fixtures import Settings

from digests.changes.transaction import write_transaction
from digests.models import Digest
from digests.pages.home import queries
from digests.tests import builders
from digests.vocabulary import TopicStatus

pytestmark = pytest.mark.django_db

HOUR = 60 * 60
NEW = '<span class="new">New</span>'


def test_it_shows_the_newest_digest_with_the_titles_of_its_topics(client: Client) -> None:
    newest, earlier = builders.digests(2)
    builders.topic(newest, "MCTS 在 RAG 中的应用")
    builders.topic(earlier, "昨天的话题")
    response = client.get("/")
    assertContains(response, newest.get_absolute_url())
    assertContains(response, "MCTS 在 RAG 中的应用")
    assertContains(response, earlier.title)
    assertNotContains(response, "昨天的话题")


def test_a_digest_without_topics_is_shown_too(client: Client) -> None:
    assertContains(client.get("/"), "There is no digest yet.")
    newest, earlier = builders.digests(2)
    response = client.get("/")
    assertContains(response, newest.title)
    assertContains(response, earlier.title)


def test_its_title_is_the_name_of_the_site(client: Client) -> None:
    assertContains(client.get("/"), "<title>群聊知识库</title>", html=True)


def test_it_refuses_to_be_posted_to(client: Client) -> None:
    assert client.post("/").status_code == 405


# Since the last visit


def test_nothing_is_new_to_who_comes_for_the_first_time(client: Client) -> None:
    builders.digests(3)
    response = client.get("/")
    assertNotContains(response, NEW, html=True)
    assertNotContains(response, "your last visit")


def test_what_came_since_the_last_visit_is_marked_and_shown_with_its_topics(client: Client) -> None:
    newest, second, old = builders.digests(3)
    builders.topic(second, "昨天的话题")
    builders.topic(old, "早已读过的话题")
    came(old, hours_ago=3)
    was_here(client, hours_ago=2)
    response = client.get("/")
    assert response.context["front"]["new"] == {newest.pk, second.pk}
    assertContains(response, NEW, count=2, html=True)
    assertContains(response, "Also new since your last visit")
    assertContains(response, "昨天的话题")
    assertNotContains(response, "早已读过的话题")


def test_an_old_digest_that_came_late_is_new(client: Client) -> None:
    for digest in builders.digests(10):
        came(digest, hours_ago=3)
    late = builders.digest("2020-01-01", published_at=builders.DAY - timedelta(days=1600))
    was_here(client, hours_ago=2)
    response = client.get("/")
    assert [digest.pk for digest, _ in response.context["front"]["arrived"]] == [late.pk]


def test_the_earlier_digests_follow_each_other(client: Client) -> None:
    days = builders.digests(9)
    late = builders.digest("2020-01-01", published_at=builders.DAY - timedelta(days=1600))
    for digest in [days[0], *days[4:], late]:
        came(digest, hours_ago=3)
    was_here(client, hours_ago=2)
    front = client.get("/").context["front"]
    assert [digest.slug for digest, _ in front["arrived"]] == [day.slug for day in days[1:4]]
    assert [digest.slug for digest in front["earlier"]] == [day.slug for day in days[4:7]]


def test_of_many_new_digests_few_are_shown_with_their_topics(client: Client) -> None:
    builders.digests(40)
    was_here(client, hours_ago=2)
    front = client.get("/").context["front"]
    assert (len(front["arrived"]), len(front["earlier"])) == (3, 6)


def test_it_says_that_nothing_came_since_the_last_visit(client: Client) -> None:
    came(builders.digest(), hours_ago=3)
    was_here(client, hours_ago=2)
    assertContains(client.get("/"), "Nothing has come since your last visit")


def test_what_is_new_stays_so_until_half_an_hour_is_quiet(client: Client) -> None:
    builders.digest()
    was_here(client, hours_ago=2)
    for _ in range(2):
        assertContains(client.get("/"), NEW, html=True)
    last, seen = client.cookies["kb_visit"].value.split(".")
    client.cookies["kb_visit"] = f"{last}.{int(seen) - 29 * 60}"
    assertContains(client.get("/"), NEW, html=True)


def test_a_digest_that_came_before_the_last_look_is_not_new_in_the_next_visit(
    client: Client,
) -> None:
    came(builders.digest(), hours_ago=2.5)
    client.cookies["kb_visit"] = f"{int(time.time()) - 3 * HOUR}.{int(time.time()) - 2 * HOUR}"
    assertNotContains(client.get("/"), NEW, html=True)


def test_the_time_is_kept_in_a_cookie_of_the_page_alone(client: Client, settings: Settings) -> None:
    settings.KB_HTTPS = True
    settings.SECURE_SSL_REDIRECT = False
    cookie = client.get("/").cookies["kb_visit"]
    assert cookie.value.startswith("0.")
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    assert "kb_visit" not in client.get("/digests/").cookies


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "x",
        "1.2",
        "0",
        "-1.1700000000",
        "1700000000",
        "0.1700000000.1",
        "0.17e8",
        " 0.1700000000",
        "0.1700000000\n",
        "0.9999999999",
        "0.99999999999999",
        "1700000001.1700000000",
        "1700000000.9999999999",
        "01700000000.1700000001",
    ],
)
def test_with_an_odd_cookie_it_is_the_first_visit(client: Client, odd: str) -> None:
    builders.digest()
    client.cookies["kb_visit"] = odd
    response = client.get("/")
    assertNotContains(response, NEW, html=True)
    assert response.cookies["kb_visit"].value.startswith("0.")


def test_a_reader_who_was_here_costs_two_queries_however_much_has_come(client: Client) -> None:
    for digest in builders.digests(30):
        builders.topic(digest, is_open=True)
    with CaptureQueriesContext(connection) as of_a_stranger:
        Client().get("/")
    was_here(client, hours_ago=2)
    with assertNumQueries(len(of_a_stranger) + 2):
        client.get("/")


# Copies


@pytest.mark.usefixtures("copies")
def test_the_cookie_is_sent_when_it_changes_and_never_with_what_proxies_keep(
    client: Client,
) -> None:
    first = client.get("/")
    assert first.cookies["kb_visit"].value.startswith("0.")
    assert "private" in first.headers["Cache-Control"]
    again = client.get("/")
    assert (again.headers["Cache-Control"], len(again.cookies)) == ("public, no-cache", 0)
    assert again.content == first.content
    known = {"If-None-Match": again.headers["ETag"]}
    assert client.get("/", headers=known).status_code == 304
    client.cookies["kb_visit"] = f"0.{int(time.time()) - 6 * 60}"
    later = client.get("/", headers=known)
    assert later.status_code == 304
    assert later.cookies["kb_visit"].value.startswith("0.")
    assert "private" in later.headers["Cache-Control"]


@pytest.mark.usefixtures("copies")
def test_a_stranger_is_not_shown_what_is_new_to_another(client: Client) -> None:
    with write_transaction():
        builders.digest()
    was_here(client, hours_ago=2)
    for _ in range(2):
        assertContains(client.get("/"), NEW, html=True)
        assertNotContains(Client().get("/"), NEW, html=True)
        assertNotContains(Client().get("/"), "your last visit")


@pytest.mark.usefixtures("copies")
def test_readers_share_a_copy_if_the_same_is_new_to_them_since_the_same_day(
    client: Client,
) -> None:
    with write_transaction():
        newest, earlier = builders.digests(2)
        came(newest, hours_ago=1)
        came(earlier, hours_ago=50)
    was_here(client, hours_ago=49)
    seen = client.get("/")
    assert seen.headers["Cache-Control"] == "private, no-cache"
    Digest.objects.update(title="不是副本")
    other = Client()
    was_here(other, hours_ago=49 - 1 / 60)
    assert other.get("/").content == seen.content
    was_here(other, hours_ago=51)  # to this one both are new
    assertContains(other.get("/"), "不是副本")
    was_here(other, hours_ago=0.6)  # to this one none
    assertContains(other.get("/"), "Nothing has come since your last visit")


@pytest.mark.usefixtures("copies")
def test_where_very_many_are_new_each_last_visit_has_a_page_of_its_own(client: Client) -> None:
    with write_transaction():
        for age, digest in enumerate(builders.digests(30)):
            came(digest, hours_ago=32 - age)
    was_here(client, hours_ago=28.5)
    seen = client.get("/").content
    was_here(client, hours_ago=27.5)
    assert client.get("/").content != seen


# Open questions


def test_it_shows_the_five_newest_open_questions(client: Client) -> None:
    days = builders.digests(4)
    for day in reversed(days):  # those that came last are not the newest
        for name in ("甲", "乙"):
            builders.topic(day, f"{day.slug} {name}", is_open=True)
        builders.topic(day, f"{day.slug} 已有结论")
    questions = client.get("/").context["front"]["open_questions"]
    newest_first = [f"{day.slug} {name}" for day in days for name in ("甲", "乙")]
    assert [topic.title for topic in questions] == newest_first[:5]


def test_an_open_question_that_is_archived_is_not_shown(client: Client) -> None:
    builders.topic(builders.digest(), is_open=True, status=TopicStatus.ARCHIVED)
    assertNotContains(client.get("/"), "All open questions")


# References


def test_it_shows_the_references_that_most_topics_of_the_last_90_days_cite(client: Client) -> None:
    today = builders.digest(published_at=timezone.now())
    long_ago = builders.digest("long-ago", published_at=timezone.now() - timedelta(days=91))
    often, once, formerly = (
        builders.reference(f"name:{n}", cited_title=n) for n in ("often", "once", "formerly")
    )
    for title in ("甲", "乙"):
        topic = builders.topic(today, title)
        builders.citation(topic, often)
        builders.citation(topic, often, item=None)  # one topic, one voice
    builders.citation(builders.topic(today), once)
    for title in ("丙", "丁", "戊"):
        builders.citation(builders.topic(long_ago, title), formerly)
        builders.citation(builders.topic(long_ago, title), once)
    hidden = builders.topic(today, "己", status=TopicStatus.ARCHIVED)
    builders.citation(hidden, formerly)
    response = client.get("/")
    discussed = response.context["front"]["discussed"]
    assert [(row.title, count) for row, count in discussed] == [("often", 2), ("once", 1)]
    assertContains(response, "Most discussed in the last 90 days")


def test_of_old_digests_it_shows_the_90_days_before_the_newest(client: Client) -> None:
    builders.citation(builders.topic(builders.digest()), builders.reference())
    response = client.get("/")
    assertContains(response, "Most discussed in the 90 days before July 10, 2024")
    assertContains(response, "Toolformer")


# Tags


def test_it_shows_the_tags_whose_share_of_the_topics_rose_most(client: Client) -> None:
    now, before = builders.digest(), earlier(days=100)
    for _ in range(2):
        builders.topic(now, tags=["RAG", "MCTS"])
    builders.topic(now, tags=["LoRA"])
    for _ in range(6):
        builders.topic(before, tags=["RAG"])
    builders.topic(before, tags=["RAG", "MCTS", "LoRA"])
    builders.topic(earlier(days=200), tags=["MCTS"])  # too long ago to count
    moving = client.get("/").context["front"]["moving"]
    # RAG: 2 of 3 after 7 of 7. MCTS: 2 of 3 after 1 of 7. LoRA: 1 of 3 after 1 of 7.
    assert [(tag.name, *counts) for tag, *counts in moving] == [
        ("MCTS", 2, 1),
        ("LoRA", 1, 1),
    ]


def test_of_very_many_topics_and_citations_the_latest_are_counted_and_the_page_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assertNotContains(client.get("/"), "Counted in the latest")
    digests = [earlier(days=101), earlier(days=100), earlier(days=1), builders.digest()]
    reference = builders.reference()
    for digest, tags in zip(digests, (["RAG"], ["MCTS"], ["MCTS"], ["RAG"]), strict=True):
        builders.citation(builders.topic(digest, tags=tags), reference)
    monkeypatch.setattr(queries, "TOPICS_COUNTED", 1)
    monkeypatch.setattr(queries, "CITATIONS_COUNTED", 3)
    response = client.get("/")
    # RAG: 1 of 1 after 0 of 1, as the other two digests are older than another of their time.
    front = response.context["front"]
    assert [(tag.name, *counts) for tag, *counts in front["moving"]] == [("RAG", 1, 0)]
    assertContains(response, "Counted in the latest 1 topics of each.")
    assertNotContains(response, "Counted in the latest 3 citations.")  # they go back further
    monkeypatch.setattr(queries, "CITATIONS_COUNTED", 1)
    assertContains(client.get("/"), "Counted in the latest 1 citations.")


def test_tags_that_rose_alike_stand_in_the_order_of_their_names(client: Client) -> None:
    builders.topic(builders.digest(), tags=["b", "c", "a"])
    moving = client.get("/").context["front"]["moving"]
    assert [tag.name for tag, *_ in moving] == ["a", "b", "c"]


def test_a_tag_on_the_move_is_linked_with_its_numbers(client: Client) -> None:
    builders.topic(builders.digest(), tags=["RAG"])
    response = client.get("/")
    assertContains(response, '<a href="/tags/rag/">RAG</a>', html=True)
    assertContains(response, "1 topic (0)")


def came(digest: Digest, *, hours_ago: float) -> None:
    at = timezone.now() - timedelta(hours=hours_ago)
    Digest.objects.filter(pk=digest.pk).update(created_at=at)


def was_here(client: Client, *, hours_ago: float) -> None:
    client.cookies["kb_visit"] = f"0.{int(time.time() - hours_ago * HOUR)}"


def earlier(*, days: int) -> Digest:
    return builders.digest(f"before-{days}", published_at=builders.DAY - timedelta(days=days))
