"""Addresses that stay public on a site behind a login, and the security headers of responses."""

import pytest
from django.test import Client
from pytest_django import Settings


@pytest.fixture
def closed(settings: Settings) -> None:
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]


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
def test_a_closed_site_sends_readers_to_the_login(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response.headers["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.usefixtures("closed")
def test_a_closed_site_is_no_more_open_to_who_prefers_another_format(client: Client) -> None:
    response = client.get("/topics/1/", headers={"Accept": "application/json"})
    assert response.headers["Location"] == "/accounts/login/?next=/topics/1/"


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
