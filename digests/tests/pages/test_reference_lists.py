"""Lists of references, cut down by what the address says."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from digests.models import Reference
from digests.tests import builders
from digests.tests.markup import on_one_line

pytestmark = pytest.mark.django_db

NEW_YEAR_IN_SHANGHAI = datetime(2023, 12, 31, 16, tzinfo=UTC)


@pytest.fixture
def references() -> dict[str, Reference]:
    """References by the first word of their titles: of 2023, and of 2024 from its first minute
    on."""
    made = {
        "old": builders.reference("arxiv:1", cited_title="old", url="https://arxiv.org/abs/1"),
        "new": builders.reference("arxiv:2", cited_title="new", url="https://arxiv.org/abs/2"),
        "code": builders.reference(
            "github:a/b", kind="code", cited_title="code", url="https://github.com/a/b"
        ),
        "preamble": builders.reference("name:p", cited_title="preamble", url=""),
        "archived": builders.reference("name:x", cited_title="archived", url=""),
    }
    last_year = builders.digest("23", published_at=datetime(2023, 12, 31, 15, 59, tzinfo=UTC))
    this_year = builders.digest("24", published_at=NEW_YEAR_IN_SHANGHAI)
    for _ in range(2):
        builders.citation(builders.topic(last_year), made["old"])
    topic = builders.topic(this_year)
    builders.citation(topic, made["new"])
    builders.citation(topic, made["code"])
    builders.citation(this_year, made["preamble"], item=None)
    gone = builders.topic(this_year, status="archived")
    builders.citation(gone, made["archived"])
    Reference.objects.filter(pk=made["archived"].pk).update(topic_count=0)
    return made


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["old", "new", "code", "preamble"]),
        ("host=arxiv.org", ["old", "new"]),
        ("host=www.ArXiv.org", ["old", "new"]),
        ("year=2024", ["new", "code", "preamble"]),
        ("year=2023", ["old"]),
        ("year=2022", []),
        ("year=2024&host=arxiv.org", ["new"]),
        ("year=2024&kind=code", ["code"]),
        ("year=2024&kind=code&host=arxiv.org", []),
        ("host=nowhere.example", []),
    ],
)
@pytest.mark.usefixtures("references")
def test_filters_combine(client: Client, query: str, titles: list[str]) -> None:
    response = client.get(f"/references/?{query}")
    assert [row.title for row in response.context["page"]] == titles


@pytest.mark.usefixtures("references")
def test_every_filter_is_said_and_can_be_left_out(client: Client) -> None:
    response = client.get("/references/?kind=code&host=github.com&year=2024")
    for rest in ("host=github.com&amp;year=2024", "kind=code&amp;year=2024"):
        assertContains(response, f'class="chip" href="?{rest}"')
    assertContains(response, 'class="chip" href="?kind=code&amp;host=github.com"')
    page = on_one_line(response.content.decode())
    assert "<title>Code · github.com · 2024 · References" in page


@pytest.mark.usefixtures("references")
def test_sites_are_offered_with_what_a_click_will_find(client: Client) -> None:
    response = client.get("/references/?year=2024&host=github.com")
    hosts = [(host, count) for host, count, _ in response.context["hosts"]]
    assert hosts == [("arxiv.org", 1), ("github.com", 1)]
    assertContains(response, 'href="?host=arxiv.org&amp;year=2024"')
    assert client.get("/references/").context["hosts"][0][:2] == ("arxiv.org", 2)


@pytest.mark.usefixtures("references")
def test_years_are_those_of_the_site_with_digests(client: Client) -> None:
    assert [year for year, _ in client.get("/references/").context["years"]] == [2024, 2023]


@pytest.mark.parametrize(
    "query", ["year=x", "year=0", "year=99999", "host=%00", "host=" + "a" * 300]
)
@pytest.mark.usefixtures("references")
def test_what_cannot_be_read_is_said_and_left_out(client: Client, query: str) -> None:
    response = client.get(f"/references/?kind=code&{query}")
    assert [row.title for row in response.context["page"]] == ["code"]
    assertContains(response, "was left out")
    assertNotContains(response, 'name="robots"')


def test_the_pages_keep_every_filter_and_no_more(client: Client) -> None:
    topic = builders.topic(builders.digest())
    for number in range(51):
        builders.citation(topic, builders.reference(f"arxiv:2407.{number:05}"))
    response = client.get("/references/?year=2024&host=arxiv.org&x=1&page=2")
    assert len(response.context["page"]) == 1
    assertContains(response, 'href="?host=arxiv.org&amp;year=2024&amp;page=1"')
