"""Properties that only a browser can check: accessibility, contrast, overflow, CSP."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from digests.pages.parts.cited import WORKS_ON_PAGE
from digests.tests import builders
from digests.tests.browser.visits import (
    SCHEMES,
    Scheme,
    against_policy,
    complaints,
    too_small,
    visit,
)
from digests.tests.files import import_text, only_digest
from digests.tests.page_types import everything

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.once
@pytest.mark.parametrize(
    ("language", "width"), [("zh-hans", 390), ("zh-hans", 1280), ("zh-hans", 1920), ("en", 390)]
)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page_is_accessible_fits_and_obeys_the_policy(
    browser: Browser, live_server: LiveServer, scheme: Scheme, language: str, width: int
) -> None:
    addresses = everything()
    with visit(browser, live_server.url, scheme, width) as (page, console):
        page.context.add_cookies(
            [{"name": "django_language", "value": language, "url": live_server.url}]
        )
        found = {address: complaints(page, address) + too_small(page) for address in addresses}
    assert {address: said for address, said in found.items() if said} == {}
    assert against_policy(console) == []


def test_chinese_is_set_in_a_chinese_font_with_room_between_the_lines(
    browser: Browser, live_server: LiveServer
) -> None:
    topic = builders.topic(builders.digest())
    with visit(browser, live_server.url, "light", 390) as (page, _console):
        page.goto(topic.get_absolute_url())
        assert page.evaluate("document.documentElement.lang") == "zh-hans"
        family, size, height = page.evaluate(
            """() => {
                const style = getComputedStyle(document.querySelector(".point dd"));
                return [style.fontFamily, style.fontSize, style.lineHeight];
            }"""
        )
    assert "Noto Sans CJK SC" in family
    assert 1.6 <= float(height.removesuffix("px")) / float(size.removesuffix("px")) <= 2


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_of_code_have_inks_of_their_own(
    browser: Browser, live_server: LiveServer, scheme: Scheme
) -> None:
    topic = builders.topic(builders.digest(), body='```python\ndef f():  # 说明\n    "文"\n```\n')
    with visit(browser, live_server.url, scheme, 390) as (page, _console):
        page.goto(topic.get_absolute_url())
        inks = page.locator("pre, pre .k, pre .nf, pre .s").evaluate_all(
            "all => all.map(each => getComputedStyle(each).color)"
        )
    assert len(set(inks)) == 4, inks


def test_on_paper_nothing_is_left_to_press(browser: Browser, live_server: LiveServer) -> None:
    topic = builders.topic(builders.digest())
    for number in range(WORKS_ON_PAGE + 1):
        builders.citation(topic, builders.reference(f"name:{number}"))
    builders.digests(60, before=1)
    with visit(browser, live_server.url, "dark", 1280) as (page, _console):
        page.emulate_media(media="print")
        page.goto(topic.get_absolute_url())
        pressed = page.locator("button, .cited-by, .point__link, .pagination")
        assert not pressed.filter(visible=True).count()
        page.goto("/digests/")
        assert not page.locator("button, .pagination, .onwards").filter(visible=True).count()


def test_a_reader_without_javascript_walks_from_the_front_to_a_reference(
    browser: Browser, live_server: LiveServer
) -> None:
    topic = builders.topic(builders.digest(), "RAG 中的检索", tags=["RAG"])
    builders.citation(topic, builders.reference())
    with visit(browser, live_server.url, "light", 1280, java_script_enabled=False) as (page, _):
        page.goto("/")
        page.click("text=RAG 中的检索")
        assert page.inner_text("h1").endswith("RAG 中的检索")
        page.click(".cited-by")
        assert page.inner_text("h1") == "Toolformer"
        page.click("text=RAG 中的检索")
        page.click(".tags a >> text=RAG")
        assert page.inner_text("h1") == "RAG"


def test_what_is_wide_in_a_list_of_references_scrolls_or_breaks_by_itself(
    browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    wide = "".join(f"| {'c' * 20} " for _ in range(20)) + "|\n"
    table = f"    {wide}    {'|---' * 20}|\n    {wide}"
    import_text(
        tmp_path, f"## 1. 甲\n* 参考:\n  * 乙\n\n    ```\n    {'x' * 500}\n    ```\n\n{table}"
    )
    with visit(browser, live_server.url, "light", 390) as (page, _console):
        assert complaints(page, only_digest().get_absolute_url()) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_link_to_a_point_is_large_enough_moves_nothing_and_marks_where_it_leads(
    browser: Browser, live_server: LiveServer, width: int
) -> None:
    topic = builders.topic(builders.digest())
    with visit(browser, live_server.url, "light", width) as (page, _console):
        page.goto(topic.get_absolute_url())
        text, link = page.locator("#conclusion dd"), page.locator("#conclusion .point__link")
        place, box = text.bounding_box(), link.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert link.evaluate("link => getComputedStyle(link).opacity") == "0"
        link.focus()
        assert link.evaluate("link => getComputedStyle(link).opacity") == "1"
        assert text.bounding_box() == place
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("#conclusion$"))
        background = "point => getComputedStyle(point).backgroundColor"
        colours = [page.locator(name).evaluate(background) for name in ("#question", "#conclusion")]
        assert colours[0] != colours[1]
