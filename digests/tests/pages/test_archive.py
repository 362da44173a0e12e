from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from digests.models import Digest
from digests.tests import builders
from digests.vocabulary import TopicStatus

pytestmark = pytest.mark.django_db


def test_it_shows_a_calendar_of_each_year_that_has_digests_the_newest_first(client: Client) -> None:
    for day in ("2021-03-01", "2024-07-10", "2024-01-02"):
        digest_of(day)
    response = client.get("/archive/")
    assert [calendar.year for calendar in response.context["calendars"]] == [2024, 2021]
    assertContains(response, 'href="/archive/2024/"')
    assertNotContains(response, "2022")


def test_a_day_leads_to_its_digest_and_tells_its_topics(client: Client) -> None:
    builders.topic(digest_of("2024-07-10"))
    response = client.get("/archive/")
    assertContains(response, '<a href="/digests/2024-07-10/" tabindex="-1">')
    assertContains(response, "<title>July 10, 2024: 1 topic</title>")


def test_a_day_of_several_digests_leads_to_its_month(client: Client) -> None:
    for name in ("a", "b"):
        builders.topic(builders.digest(name))
    response = client.get("/archive/")
    assertContains(response, '<a href="/archive/2024/7/" tabindex="-1">')
    assertContains(response, "<title>July 10, 2024: 2 topics</title>")


def test_the_last_year_that_a_digest_can_have_has_its_pages(client: Client) -> None:
    builders.topic(digest_of("9997-12-31"), tags=["RAG"])
    for page in ("/", "/archive/", "/archive/9997/", "/archive/9997/12/", "/stats/", "/tags/rag/"):
        assert client.get(page).status_code == 200, page


def test_a_day_is_one_of_the_time_zone_of_the_site(client: Client) -> None:
    digest_of("2024-01-01", hour=0)  # still 2023 in UTC
    digest_of("2024-01-31", hour=23)
    response = client.get("/archive/")
    assert list(response.context["years"]) == [2024]
    assertContains(response, "<title>Jan. 1, 2024: 0 topics</title>")
    assert client.get("/archive/2024/1/").context["page"].paginator.count == 2
    assert client.get("/archive/2023/").status_code == 404


def test_the_table_holds_what_the_calendar_shows(client: Client) -> None:
    for day in ("2024-07-10", "2024-07-11", "2024-02-01"):
        builders.topic(digest_of(day))
    builders.topic(Digest.objects.get(slug="2024-07-10"), status=TopicStatus.ARCHIVED)
    response = client.get("/archive/")
    july = '<th scope="row"><a href="/archive/2024/7/">July</a></th><td>2</td><td>2</td>'
    march = '<th scope="row">March</th><td>0</td><td>0</td>'
    assertContains(response, f"<tr>{july}</tr>", html=True)
    assertContains(response, f"<tr>{march}</tr>", html=True)
    assertContains(response, "Digests and topics of 2024 by month")


def test_the_years_are_paged(client: Client) -> None:
    for year in range(2018, 2025):
        digest_of(f"{year}-07-10")
    response = client.get("/archive/?page=2")
    assert [calendar.year for calendar in response.context["calendars"]] == [2021, 2020, 2019]
    assertContains(response, 'href="?page=3" rel="next"')
    assertContains(response, 'href="/archive/2018/"')


def test_an_empty_archive_says_so(client: Client) -> None:
    assertContains(client.get("/archive/"), "There is no digest yet.")
    assert client.get("/archive/2024/").status_code == 404
    assert client.get("/archive/2024/7/").status_code == 404


def test_years_and_months_have_one_address(client: Client) -> None:
    digest_of("2024-07-10")
    for address in ("/archive/2024/", "/archive/2024/7/"):
        assert client.get(address).status_code == 200
    for address in ("/archive/02024/", "/archive/02024/7/", "/archive/02024/07/"):
        assert client.get(address).status_code == 404


def test_a_year_lists_its_digests_in_pages_and_leads_to_its_neighbours(client: Client) -> None:
    others = [digest_of("2022-12-31"), digest_of("2025-01-01")]
    builders.digests(21)
    response = client.get("/archive/2024/")
    assert len(response.context["page"]) == 20
    assertContains(response, "July 2024")
    assertContains(response, 'href="?page=2" rel="next"')
    assertContains(response, 'href="/archive/2022/" rel="prev"')
    assertContains(response, 'href="/archive/2025/" rel="next"')
    for other in others:
        assertNotContains(response, other.title)


def test_a_year_without_digests_between_others_says_so(client: Client) -> None:
    digest_of("2022-12-31")
    digest_of("2024-07-10")
    response = client.get("/archive/2023/")
    assertContains(response, "There is no digest of this year.")
    assertContains(response, 'href="/archive/2022/" rel="prev"')
    assertContains(response, 'href="/archive/2024/" rel="next"')


def test_a_month_lists_its_digests_in_pages(client: Client) -> None:
    digest_of("2024-06-30")
    for number in range(21):
        builders.digest(f"2024-07-10-{number}", tags=["RAG"])
    response = client.get("/archive/2024/7/?page=2")
    assert len(response.context["page"]) == 1
    assertContains(response, "Digests of July 2024")
    assertContains(response, "/tags/rag/")
    assertContains(response, 'href="/archive/2024/6/" rel="prev"')
    assertNotContains(response, "2024-06-30")


def test_a_month_leads_past_the_empty_ones(client: Client) -> None:
    for day in ("2023-11-30", "2024-02-01", "2024-07-01"):
        digest_of(day)
    response = client.get("/archive/2024/2/")
    assertContains(response, 'href="/archive/2023/11/" rel="prev"')
    assertContains(response, 'href="/archive/2024/7/" rel="next"')
    empty = client.get("/archive/2024/3/")
    assertContains(empty, "There is no digest of this month.")
    assertContains(empty, 'href="/archive/2024/2/" rel="prev"')


@pytest.mark.parametrize(
    "period",
    ["2023", "2025", "0", "1", "9999", "99999", "2024/6", "2024/8", "2024/0", "2024/13", "0/1"],
)
def test_what_is_outside_of_the_archive_is_not_found(client: Client, period: str) -> None:
    digest_of("2024-07-10")
    assert client.get(f"/archive/{period}/").status_code == 404


def digest_of(day: str, *, hour: int = 12) -> Digest:
    at = datetime.fromisoformat(day).replace(hour=hour, tzinfo=ZoneInfo("Asia/Shanghai"))
    return builders.digest(day, published_at=at)


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("/archive/2024/07/", "/archive/2024/7/"),
        ("/archive/2024/07/?page=2", "/archive/2024/7/?page=2"),
        ("/archive/2024/01/", "/archive/2024/1/"),
    ],
)
def test_a_month_with_a_zero_before_it_leads_to_the_month(
    client: Client, typed: str, right: str
) -> None:
    response = client.get(typed)
    assert (response.status_code, response.headers["Location"]) == (301, right)


@pytest.mark.parametrize("month", ["00", "13", "007", "0"])
def test_what_is_no_month_leads_nowhere(client: Client, month: str) -> None:
    digest_of("2024-07-10")
    assert client.get(f"/archive/2024/{month}/").status_code == 404
