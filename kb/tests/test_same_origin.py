"""Forms without a token: the language, the theme and signing out."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from pytest_django.asserts import assertNotContains

pytestmark = pytest.mark.django_db

FORMS = {
    "set_language": {"language": "en"},
    "set_theme": {"theme": "dark"},
    "logout": {},
}
HERE = [
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "same-origin", "origin": "null"},
    {"origin": "http://testserver"},
    {"referer": "http://testserver/tags/?page=2"},
    {"origin": "https://kb.example.org"},  # a proxy hides it: CSRF_TRUSTED_ORIGINS
    {},  # a program
]
ELSEWHERE = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site", "origin": "http://testserver"},
    {"sec-fetch-site": "", "origin": "http://testserver"},
    {"origin": "null"},
    {"origin": "http://testserver.example.org"},
    {"origin": "http://testserver:8000"},
    {"origin": "https://testserver"},
    {"origin": "http://elsewhere.org", "referer": "http://testserver/"},
    {"referer": "http://elsewhere.org/http://testserver/"},
    {"referer": "http://testserver@elsewhere.org/"},
    {"referer": "http://[testserver/"},
    {"referer": "/tags/"},
]


@pytest.fixture
def strict(settings: Settings) -> Client:
    settings.CSRF_TRUSTED_ORIGINS = ["https://kb.example.org"]
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("headers", HERE, ids=str)
def test_a_post_from_here_needs_no_token(
    strict: Client, form: str, headers: dict[str, str]
) -> None:
    response = strict.post(reverse(form), FORMS[form], headers=headers)
    assert response.status_code == 302
    assert response.headers["Location"] in {"/", headers.get("referer")}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_a_post_from_elsewhere_is_refused(
    strict: Client, form: str, headers: dict[str, str]
) -> None:
    strict.force_login(User.objects.create_user("reader"))
    response = strict.post(reverse(form), FORMS[form], headers=headers)
    assert response.status_code == 403
    assert not response.cookies
    assert "sessionid" in strict.cookies


@pytest.mark.parametrize("form", FORMS)
def test_a_link_changes_nothing(strict: Client, form: str) -> None:
    assert strict.get(reverse(form)).status_code == 405


def test_pages_of_readers_hold_no_token(strict: Client) -> None:
    for name in ("reader", "another reader"):
        assertNotContains(strict.get("/tags/"), "csrfmiddlewaretoken")
        assert "csrftoken" not in strict.cookies
        strict.force_login(User.objects.create_user(name))


def test_the_login_and_forms_that_change_content_keep_theirs(strict: Client) -> None:
    assert b"csrfmiddlewaretoken" in strict.get("/accounts/login/").content
    for address in ("/accounts/login/", "/feeds/key/", "/editor/preview/", "/editor/upload/"):
        response = strict.post(address, {}, headers={"sec-fetch-site": "same-origin"})
        assert response.status_code == 403
