"""References as files for citation managers."""

import json

import pytest
import rispy
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pybtex.database import parse_string
from pytest_django.asserts import assertContains, assertRedirects

from digests.models import Reference
from digests.pages.references import views
from digests.tests import builders

pytestmark = pytest.mark.django_db

FORMATS = {
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "csl.json": "application/vnd.citationstyles.csl+json",
}


@pytest.fixture
def paper() -> Reference:
    row = builders.reference(cited_title="工具 {Toolformer}")
    builders.citation(builders.topic(builders.digest()), row)
    return row


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response).decode()


def ids(client: Client, query: str = "") -> list[str]:
    items: list[dict[str, str]] = json.loads(text_of(client, f"/references.csl.json{query}"))
    return [item["id"] for item in items]


@pytest.mark.parametrize(("suffix", "content_type"), FORMATS.items())
def test_a_reference_comes_as_a_file_of_its_format(
    client: Client, paper: Reference, suffix: str, content_type: str
) -> None:
    address = f"/references/{paper.pk}/{paper.slug}.{suffix}"
    assertContains(client.get(paper.get_absolute_url()), f'.{suffix}" download>')
    response = client.get(address)
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response["Content-Disposition"].isascii()
    assert "arxiv-2305.16367" in text_of(client, address)
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize(("suffix", "content_type"), FORMATS.items())
def test_a_list_comes_as_a_file_of_its_format(
    client: Client, paper: Reference, suffix: str, content_type: str
) -> None:
    response = client.get(f"/references.{suffix}?kind=paper")
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"] == f'attachment; filename="references.{suffix}"'
    page = client.get("/references/?kind=paper")
    assertContains(page, f'href="/references.{suffix}?kind=paper"')


def test_the_files_hold_what_the_digests_say(client: Client, paper: Reference) -> None:
    (entry,) = parse_string(text_of(client, "/references.bib"), "bibtex").entries.values()
    assert entry.fields["eprint"] == "2305.16367"
    (record,) = rispy.loads(text_of(client, "/references.ris"))
    assert record["title"] == "工具 {Toolformer}"
    assert record["urls"] == [paper.url]


def test_an_address_is_no_title_but_a_bare_name_is(client: Client) -> None:
    topic = builders.topic(builders.digest())
    for key, url in [("url:https://a.org", "https://a.org"), ("name:42", "")]:
        builders.citation(topic, builders.reference(key, cited_title="", url=url), title="")
    items = json.loads(text_of(client, "/references.csl.json"))
    assert [item.get("title") for item in items] == [None, "42"]


def test_an_editor_s_title_is_the_title(client: Client, paper: Reference) -> None:
    Reference.objects.update(editor_title="Mended")
    assert '"title": "Mended"' in text_of(client, "/references.csl.json")


def test_a_list_as_a_file_has_the_filters_and_the_order_of_the_page(client: Client) -> None:
    digest = builders.digest()
    rows = [builders.reference(f"arxiv:{n}", url=f"https://arxiv.org/abs/{n}") for n in range(3)]
    code = builders.reference("github:a/b", kind="code", url="https://github.com/a/b")
    for row in [*rows, code, rows[2]]:
        builders.citation(builders.topic(digest), row)
    assert ids(client) == ["arxiv-2", "arxiv-0", "arxiv-1", "github-a/b"]
    assert ids(client, "?kind=code&host=github.com&year=2024") == ["github-a/b"]
    assert ids(client, "?year=2023") == []


def test_a_file_ends_at_the_cap_and_the_page_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "REFERENCES_IN_FILE", 2)
    topic = builders.topic(builders.digest())
    for number in range(3):
        builders.citation(topic, builders.reference(f"arxiv:{number}"))
    assert ids(client) == ["arxiv-0", "arxiv-1"]
    assertContains(client.get("/references/"), "The first 2 references of the list")


@pytest.mark.parametrize("query", ["", "?year=2024&kind=paper"])
def test_a_file_costs_one_query_whatever_its_length(client: Client, query: str) -> None:
    topic = builders.topic(builders.digest())
    for number in range(20):
        builders.citation(topic, builders.reference(f"arxiv:{number}"))
    with CaptureQueriesContext(connection) as queries:
        assert len(ids(client, query)) == 20
    selects = [query for query in queries.captured_queries if "digests_reference" in query["sql"]]
    assert len(selects) == 1


@pytest.mark.parametrize("rest", ["", "/wrong"])
@pytest.mark.parametrize("suffix", FORMATS)
def test_another_title_in_the_address_leads_to_the_right_one(
    client: Client, rest: str, suffix: str
) -> None:
    paper = builders.reference()
    response = client.get(f"/references/{paper.pk}{rest}.{suffix}")
    address = f"/references/{paper.pk}/toolformer.{suffix}"
    assertRedirects(response, address, status_code=301)


@pytest.mark.parametrize(
    "address",
    [
        "/references/404.bib",
        "/references/404/x.ris",
        f"/references/{'9' * 30}.bib",
        "/references.xml",
        "/references.json",
        "/references.bib?kind=nonsense",
        "/references.csl.json?year=x",
        "/references.ris?host=%00",
    ],
)
def test_what_is_not_there_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
