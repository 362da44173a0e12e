"""Addresses that stay public on a site behind a login, and the security headers of responses."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings


@pytest.fixture
def closed(settings: Settings) -> None:
    settings.KB_LOGIN_REQUIRED = True
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "kb.members.MembersMiddleware"]


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search/",
        "/search/suggestions/",
        "/opensearch.xml",
        "/topics/1.md",
        "/search.json",
        "/schema.json",
        "/llms.txt",
    ],
)
@pytest.mark.parametrize(
    "accept",
    [
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",  # Firefox
        "text/html",
    ],
)
def test_a_closed_site_sends_browsers_to_the_login(client: Client, path: str, accept: str) -> None:
    response = client.get(path, headers={"Accept": accept, "Sec-Fetch-Mode": "navigate"})
    assert response.status_code == 302
    assert response.headers["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("path", ["/", "/topics/1/", "/search/?q=RAG"])
@pytest.mark.parametrize("accept", [None, "*/*", "text/*", "text/html;q=0.9,*/*;q=0.8", "x" * 2000])
def test_whoever_takes_anything_is_led_from_a_page_to_the_login(
    client: Client, path: str, accept: str | None
) -> None:
    response = client.get(path, headers={"Accept": accept} if accept else {})
    assert response.status_code == 302


def assert_refuses_a_program(response: Any) -> None:
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Cookie ")
    assert "no-store" in response.headers["Cache-Control"]
    assert {"Accept", "Cookie"} <= set(response.headers["Vary"].split(", "))
    assert "<" not in response.content.decode()
    assert "http://testserver/accounts/login/" in response.content.decode()


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("accept", [None, "*/*", "text/plain", "application/x-bibtex, */*;q=0.1"])
@pytest.mark.parametrize(
    "path",
    [
        "/topics/1.md",
        "/digests/2024-07-10.md",
        "/references.bib",
        "/references.ris",
        "/references/1.bib?x=1",
        "/llms.txt",
        "/opensearch.xml",
        "/uploads/0123456789abcdef0123456789abcdef.png",
        "/search/suggestions/?q=x",
    ],
)
def test_a_program_that_asks_for_a_file_is_told_in_one_line(
    client: Client, path: str, accept: str | None
) -> None:
    response = client.get(path, headers={"Accept": accept} if accept else {})
    assert_refuses_a_program(response)
    assert response.headers["Content-Type"].startswith("text/plain")
    assert response.content.decode().count("\n") == 1


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/topics/1.json", None),
        ("/topics/1/x.json", "*/*"),
        ("/references.csl.json", None),
        ("/schema.json", "*/*"),
        ("/topics/1/", "application/json"),
        ("/", "application/json, text/plain, */*"),  # axios
        ("/", "application/json, */*;q=0.5"),  # HTTPie
        ("/tags/rag/", "application/json, text/html;q=0.5"),
        ("/references/1.bib", "application/vnd.citationstyles.csl+json"),
    ],
)
def test_a_program_that_asks_for_json_is_told_in_json(
    client: Client, path: str, accept: str | None
) -> None:
    response = client.get(path, headers={"Accept": accept} if accept else {})
    assert_refuses_a_program(response)
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["title"]) == (401, "Unauthorized")


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize(
    "accept", ["text/markdown", "image/avif,image/webp", "application/atom+xml"]
)
def test_a_page_that_is_asked_for_in_another_format_is_refused(client: Client, accept: str) -> None:
    assert_refuses_a_program(client.get("/topics/1/", headers={"Accept": accept}))


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("mode", ["cors", "no-cors", "same-origin"])
def test_a_script_in_a_page_is_not_led_to_the_login(client: Client, mode: str) -> None:
    headers = {"Sec-Fetch-Mode": mode, "Accept": "text/html"}
    assert_refuses_a_program(client.get("/topics/1/", headers=headers))
    assert_refuses_a_program(client.post("/editor/preview/", headers=headers))


@pytest.mark.usefixtures("closed")
def test_a_head_of_a_program_is_refused_too(client: Client) -> None:
    assert client.head("/topics/1.json").status_code == 401


@pytest.mark.django_db
@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/login/", "/healthz"])
def test_a_closed_site_leaves_its_doors_open(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.usefixtures("closed")
def test_a_closed_site_lets_the_reader_choose_a_language(client: Client) -> None:
    response = client.post("/i18n/", {"language": "en"})
    assert response.cookies["django_language"].value == "en"


def test_no_page_takes_anything_from_elsewhere(client: Client) -> None:
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
