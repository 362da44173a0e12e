"""Keys, the theme and copying: the script's additions to pages that work without it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from digests.models import Topic
from digests.tests import builders
from digests.tests.browser.visits import visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def topics() -> list[Topic]:
    """Three digests with one topic each, newest first."""
    return [builders.topic(digest, f"话题 {digest.slug}") for digest in builders.digests(3)]


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    with visit(browser, live_server.url, "light", 1280) as (page, _console):
        yield page


def test_j_and_k_step_through_the_entries_of_a_list(page: Page, topics: list[Topic]) -> None:
    page.goto("/digests/")
    titles = page.locator(".entry__title a")
    page.keyboard.press("j")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(titles.nth(2)).to_be_focused()
    page.keyboard.press("j")
    expect(titles.nth(2)).to_be_focused()
    page.keyboard.press("k")
    expect(titles.nth(1)).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert topics[1].digest.title in page.inner_text("h1")


def test_j_goes_on_from_what_is_read_not_from_the_contents_beside_it(page: Page) -> None:
    digest = builders.digest()
    topics = [builders.topic(digest, f"话题 {n}", body="文\n\n" * 30) for n in range(1, 4)]
    page.goto(digest.get_absolute_url())
    beyond = page.locator(f"#topic-{topics[1].pk} .content")
    beyond.evaluate("text => text.scrollIntoView({ behavior: 'instant' })")
    page.keyboard.press("j")
    expect(page.locator(f"#title-of-topic-{topics[2].pk} a")).to_be_focused()


def test_j_steps_through_the_points_of_a_topic(page: Page, topics: list[Topic]) -> None:
    page.goto(topics[0].get_absolute_url())
    page.keyboard.press("j")
    expect(page.locator("#question .point__link")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#conclusion .point__link")).to_be_focused()


def test_brackets_lead_to_the_older_and_the_newer_month(page: Page) -> None:
    builders.digests(32)
    page.goto("/archive/2024/7/")
    with page.expect_navigation():
        page.keyboard.press("[")
    assert page.url.endswith("/archive/2024/6/")
    with page.expect_navigation():
        page.keyboard.press("]")
    assert page.url.endswith("/archive/2024/7/")


def test_brackets_lead_to_the_older_and_the_newer_digest(page: Page, topics: list[Topic]) -> None:
    page.goto(topics[1].digest.get_absolute_url())
    with page.expect_navigation():
        page.keyboard.press("[")
    assert topics[2].digest.title in page.inner_text("h1")
    with page.expect_navigation():
        page.keyboard.press("]")
    assert topics[1].digest.title in page.inner_text("h1")


def test_a_question_mark_opens_the_list_of_keys_and_escape_closes_it(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#keys button")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_keys_are_silent_while_somebody_types_or_holds_another_key(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    field = page.locator("#search-field")
    expect(field).to_be_focused()
    page.keyboard.type("tj?[/")
    assert field.input_value() == "tj?[/"
    assert theme(page) == "auto"
    field.blur()
    page.keyboard.press("Control+t")
    assert theme(page) == "auto"


def test_a_key_that_an_input_method_takes_does_nothing(page: Page) -> None:
    page.goto("/")
    page.evaluate(
        """document.body.dispatchEvent(
            new KeyboardEvent("keydown", { key: "t", isComposing: true, bubbles: true }))"""
    )
    assert theme(page) == "auto"


def test_t_switches_the_theme_at_once_and_the_server_remembers_it(page: Page) -> None:
    page.goto("/")
    light = paper(page)
    with page.expect_response("**/theme/"):
        page.keyboard.press("t")
    with page.expect_response("**/theme/"):
        page.keyboard.press("t")
    dark = paper(page)
    assert (theme(page), dark != light) == ("dark", True)
    page.goto("/tags/")
    assert (theme(page), paper(page)) == ("dark", dark)


def test_back_shows_the_theme_that_was_chosen_last_and_the_next_press_goes_on_from_it(
    page: Page,
) -> None:
    page.goto("/")
    page.goto("/tags/")
    with page.expect_response("**/theme/"):
        page.keyboard.press("t")
    assert theme(page) == "light"
    page.go_back()
    assert theme(page) == "light"
    with page.expect_response("**/theme/"):
        page.keyboard.press("t")
    assert theme(page) == "dark"
    page.go_forward()
    assert theme(page) == "dark"
    page.reload()
    assert theme(page) == "dark"


def test_another_tab_shows_the_theme_at_once(page: Page) -> None:
    page.goto("/")
    other = page.context.new_page()
    other.goto(f"{page.url}tags/")
    with other.expect_response("**/theme/"):
        other.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_a_theme_holds_for_the_page_though_the_server_is_away(page: Page) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/")
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.keyboard.press("t")
    page.wait_for_timeout(100)
    assert (theme(page), errors) == ("light", [])
    page.context.set_offline(False)
    with page.expect_response("**/theme/"):
        page.keyboard.press("t")
    page.goto("/")
    assert theme(page) == "dark"


def test_a_topic_is_copied_as_markdown(page: Page, topics: list[Topic]) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(topics[0].get_absolute_url())
    button = page.locator(".actions button")
    before = button.inner_text()
    button.click()
    expect(button).not_to_have_text(before)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert topics[0].title in copied
    expect(button).to_have_text(before)


def test_what_cannot_be_copied_is_shown(page: Page, topics: list[Topic]) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(topics[0].get_absolute_url())
    page.evaluate("navigator.clipboard.writeText('before')")
    topics[0].delete()
    with page.expect_navigation():
        page.click(".actions button")
    assert page.url.endswith(".md")
    page.goto("/")
    assert page.evaluate("navigator.clipboard.readText()") == "before"


def test_the_theme_can_be_chosen_without_javascript(
    browser: Browser, live_server: LiveServer
) -> None:
    with visit(browser, live_server.url, "dark", 390, java_script_enabled=False) as (page, _):
        page.goto("/tags/")
        with page.expect_navigation():
            page.click(".theme button")
        assert page.url.endswith("/tags/")
        assert page.get_attribute("html", "data-theme") == "light"
        with page.expect_navigation():
            page.click("text=English")
        assert page.get_attribute("html", "data-theme") == "light"


def theme(page: Page) -> str | None:
    return page.get_attribute("html", "data-theme")


def paper(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))
