"""The frame around the text of every page, and the error pages."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults
from pytest_django.asserts import assertContains, assertNotContains
from pytest_django.fixtures import Settings

from digests.models import Digest
from digests.tests import builders


@pytest.mark.django_db
def test_a_page_names_its_language(client: Client) -> None:
    assertContains(client.get("/"), '<html lang="en" ')
    client.cookies["django_language"] = "zh-hans"
    assertContains(client.get("/"), '<html lang="zh-hans" ')


@pytest.mark.django_db
def test_dates_are_written_in_the_language_of_the_page(client: Client) -> None:
    builders.digest()
    client.cookies["django_language"] = "zh-hans"
    assertContains(client.get("/digests/"), "2024年7月10日")


@pytest.mark.django_db
def test_the_other_language_is_a_button_that_comes_back_here(client: Client) -> None:
    response = client.get("/digests/?page=1")
    assertContains(response, 'value="/digests/?page=1"')
    assertContains(response, 'value="zh-hans" lang="zh-hans">简体中文</button>')
    response = client.post(
        reverse("set_language"), {"language": "zh-hans", "next": "/digests/?page=1"}
    )
    assert response.headers["Location"] == "/digests/?page=1"


@pytest.mark.django_db
def test_the_current_page_is_marked_in_the_navigation(client: Client) -> None:
    digest = builders.digest()
    assertContains(client.get("/digests/"), '<a href="/digests/" aria-current="page">')
    assertContains(
        client.get(digest.get_absolute_url()), '<a href="/digests/" aria-current="true">'
    )
    assertNotContains(client.get("/tags/"), '<a href="/digests/" aria-current')


@pytest.mark.django_db
def test_a_visitor_is_offered_to_log_in_and_come_back(client: Client) -> None:
    response = client.get("/digests/?page=1")
    assertContains(response, "/accounts/login/?next=%2Fdigests%2F%3Fpage%3D1")
    assertNotContains(response, "/admin/")


@pytest.mark.django_db
def test_an_editor_is_led_to_the_desk_and_a_reader_is_not(client: Client) -> None:
    client.force_login(User.objects.create_user("reader"))
    assertContains(client.get("/"), "Log out")
    assertNotContains(client.get("/"), "/admin/")
    client.force_login(User.objects.create_user("editor", is_staff=True))
    assertContains(client.get("/"), "/admin/")


@pytest.mark.django_db
def test_the_login_form_says_what_was_wrong(client: Client) -> None:
    response = client.post("/accounts/login/", {"username": "nobody", "password": "x"})
    assertContains(response, "Please enter a correct username and password")


@pytest.mark.django_db
def test_the_login_form_bears_the_name_of_the_site(client: Client, settings: Settings) -> None:
    settings.KB_SITE_NAME = "甲队知识库"
    assertContains(client.get("/accounts/login/"), "甲队知识库")


@pytest.mark.django_db
def test_a_missing_page_is_404_inside_the_frame(client: Client) -> None:
    response = client.get("/nothing-here/")
    assertContains(response, "Page not found", status_code=404)
    assertContains(response, "site-nav", status_code=404)


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_inside_the_frame() -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("login"), {"username": "editor"})
    assertContains(response, "The form has expired", status_code=403)


def test_what_is_not_allowed_is_said_inside_the_frame(rf: RequestFactory) -> None:
    request = visit(rf)
    response = defaults.permission_denied(request, Exception("secret"))
    assertContains(response, "Your account may not do this.", status_code=403)
    assertNotContains(response, "secret", status_code=403)


def test_the_page_for_a_crash_needs_neither_database_nor_context() -> None:
    text = render_to_string("500.html")
    assert "Something went wrong" in text
    assert "/static/css/page.css" in text


def test_the_page_for_a_bad_request_needs_neither_database_nor_context() -> None:
    assert "Bad request" in render_to_string("400.html")


def visit(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/")
    request.user = AnonymousUser()
    return request


def test_the_login_page_does_not_lead_back_to_itself(client: Client) -> None:
    response = client.get("/accounts/login/?next=/digests/")
    assertNotContains(response, 'href="/accounts/login/?next=')


@pytest.mark.django_db
def test_a_text_is_in_the_language_of_the_site_whatever_a_reader_chose(
    client: Client, settings: Settings
) -> None:
    settings.LANGUAGE_CODE = "zh-hans"
    client.cookies["django_language"] = "en"
    response = client.get(builders.topic(builders.digest()).get_absolute_url())
    assertContains(response, '<html lang="en"')
    assertContains(response, '<h1 lang="zh-hans">')
    assertContains(response, '<div class="content" lang="zh-hans">')
    listed = client.get("/digests/")
    assertContains(listed, f'<a lang="zh-hans" href="{Digest.objects.get().get_absolute_url()}">')
    client.cookies["django_language"] = "zh-hans"
    assertNotContains(client.get("/digests/"), '<a lang="zh-hans" href')
