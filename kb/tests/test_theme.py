import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from pytest_django.asserts import assertContains

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"  # any page would do


def choose(client: Client, theme: str, **data: str) -> str:
    response = client.post(reverse("set_theme"), {"theme": theme, **data})
    return response.headers.get("Location", str(response.status_code))


def test_the_theme_is_that_of_the_system_until_a_reader_chooses(client: Client) -> None:
    assertContains(client.get(LOGIN), 'data-theme="auto"')
    assertContains(client.get(LOGIN), '<meta name="color-scheme" content="light dark">')


def test_a_chosen_theme_is_in_the_page_as_it_comes_from_the_server(client: Client) -> None:
    assert choose(client, "dark", next="/tags/?page=2") == "/tags/?page=2"
    assertContains(client.get(LOGIN), 'data-theme="dark"')
    assertContains(client.get(LOGIN), '<meta name="color-scheme" content="dark">')


def test_the_button_leads_through_all_themes_and_back(client: Client) -> None:
    seen = []
    for _ in range(4):
        page = client.get(LOGIN).content.decode()
        following = page.partition('name="theme" value="')[2].partition('"')[0]
        choose(client, following)
        seen.append(following)
    assert seen == ["light", "dark", "auto", "light"]


@pytest.mark.parametrize("cookie", ["sepia", "é" * 600, '"><script>'])
def test_a_theme_that_there_is_not_counts_for_none(client: Client, cookie: str) -> None:
    client.cookies["kb_theme"] = cookie
    assertContains(client.get(LOGIN), 'data-theme="auto"')
    assert choose(client, cookie) == "400"


def test_a_theme_is_no_way_to_another_site(client: Client) -> None:
    assert choose(client, "dark", next="https://example.org/") == "/"
    assert client.get(reverse("set_theme")).status_code == 405


def test_the_login_page_has_a_theme_where_readers_have_to_log_in(
    client: Client, settings: Settings
) -> None:
    middleware = "django.contrib.auth.middleware.LoginRequiredMiddleware"
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, middleware]
    assert choose(client, "dark", next=LOGIN) == LOGIN
