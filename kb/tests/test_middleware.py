import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django import Settings

from kb.middleware import LanguageMiddleware, PrivateMiddleware


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(translation.get_language())


def ask(rf: RequestFactory, *, cookie: str = "", accept: str = "") -> HttpResponse:
    request = rf.get("/", headers={"accept-language": accept})
    request.COOKIES = {"django_language": cookie} if cookie else {}
    response = LanguageMiddleware(answer)(request)
    assert isinstance(response, HttpResponse)
    return response


def test_the_site_speaks_chinese_whatever_the_browser_accepts(rf: RequestFactory) -> None:
    response = ask(rf, accept="en-GB,en;q=0.9")
    assert response.content == b"zh-hans"
    assert response.headers["Content-Language"] == "zh-hans"


def test_the_site_speaks_its_own_language(rf: RequestFactory, settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
    assert ask(rf).content == b"en"
    assert ask(rf, cookie="zh-hans").content == b"zh-hans"


def test_the_reader_chooses(rf: RequestFactory) -> None:
    response = ask(rf, cookie="en", accept="zh")
    assert response.content == b"en"
    assert response.headers["Content-Language"] == "en"


@pytest.mark.parametrize("cookie", ["tlh", "de", "../../etc", "é" * 600])
def test_a_language_that_is_not_offered_is_no_choice(rf: RequestFactory, cookie: str) -> None:
    assert ask(rf, cookie=cookie).content == b"zh-hans"


def test_a_cache_keeps_the_languages_apart(rf: RequestFactory) -> None:
    assert "Cookie" in ask(rf).headers["Vary"]


def test_the_language_does_not_outlast_the_request(rf: RequestFactory) -> None:
    before = translation.get_language()
    ask(rf, cookie="en")
    assert translation.get_language() == before


def test_a_choice_is_kept_in_the_cookie(client: Client) -> None:
    client.post("/i18n/", {"language": "en", "next": "/accounts/login/"})
    assert client.get("/accounts/login/").headers["Content-Language"] == "en"


@pytest.mark.parametrize(("said", "kept"), [("", "private"), ("no-store", "no-store")])
def test_a_page_behind_a_login_is_for_its_reader_alone(
    rf: RequestFactory, said: str, kept: str
) -> None:
    def answer_saying_so(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": said} if said else {})

    response = PrivateMiddleware(answer_saying_so)(rf.get("/"))
    assert response.headers["Cache-Control"] == kept
