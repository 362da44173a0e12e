"""A reader's morning, by mouse and by keyboard, with and without JavaScript, in both languages.

From the front page to a topic, what it cites, another topic that cites it, a tag, a search and a
digest.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from digests.tests.browser.visits import against_policy, visit
from digests.tests.files import import_text

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Follow the first link that matches a selector.
Follow = Callable[[Page, str], None]

TODAY = """---
title: 今天的文摘
date: 2024-07-11T09:00:00+08:00
tags: ["Toolformer", "RAG"]
---
## 1. 工具调用从哪里学
* **问题**: Toolformer 的训练数据够不够
* **相关引用**:
    * **论文**: [Toolformer](https://arxiv.org/pdf/2302.04761)

## 2. RAG 的召回率
* **结论**: 混合检索更稳
"""
BEFORE = """---
title: 昨天的文摘
date: 2024-07-10T09:00:00+08:00
tags: ["RAG"]
---
## 1. RAG 里的工具调用
* **观点**: 先检索再调用工具
* **参考**:
    * **论文**: [Toolformer](https://arxiv.org/abs/2302.04761v2)
"""
MAX_TABS = 150


def by_mouse(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def by_keyboard(page: Page, selector: str) -> None:
    wanted = page.locator(selector).first
    for _ in range(MAX_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("follow", [by_mouse, by_keyboard])
def test_a_morning(
    browser: Browser,
    live_server: LiveServer,
    tmp_path: Path,
    follow: Follow,
    javascript: bool,
    language: str,
) -> None:
    import_text(tmp_path, BEFORE, name="2024-07-10.md")
    import_text(tmp_path, TODAY, name="2024-07-11.md")
    options = {"java_script_enabled": javascript}
    with visit(browser, live_server.url, "light", 1280, **options) as (page, console):
        page.context.add_cookies(
            [{"name": "django_language", "value": language, "url": live_server.url}]
        )
        page.goto("/")
        follow(page, "main a:text-is('工具调用从哪里学')")
        expect(page.locator("h1")).to_contain_text("工具调用从哪里学")
        follow(page, "main a[href*='/references/']")
        expect(page.locator("h1")).to_have_text("Toolformer")
        follow(page, "main a:text-is('RAG 里的工具调用')")
        expect(page.locator(".point")).to_contain_text("先检索再调用工具")
        follow(page, "main .tags a:text-is('RAG')")
        expect(page.locator("h1")).to_contain_text("RAG")
        search_for(page, "召回率")
        follow(page, "main .entry__title a")
        expect(page.locator("h1")).to_contain_text("RAG 的召回率")
        follow(page, "main a[href*='/digests/2024-07-11/']")
        expect(page.locator("h1")).to_have_text("今天的文摘")
        assert page.get_attribute("html", "lang") == language
        assert against_policy(console) == []


def search_for(page: Page, words: str) -> None:
    """Search by keyboard alone; `/` focuses the search field if scripts run."""
    field = page.locator("#search-field")
    page.keyboard.press("/")
    if page.evaluate("document.activeElement.tagName") != "INPUT":
        page.locator("body").press("Home")
        for _ in range(MAX_TABS):
            page.keyboard.press("Tab")
            if field.evaluate("element => element === document.activeElement"):
                break
    page.keyboard.insert_text(words)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile(words))
