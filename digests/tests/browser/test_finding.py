"""From a file to the hits: readers' queries in Chromium, over imported topics."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from digests.tests.browser.visits import visit
from digests.tests.files import import_text

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DIGEST = """## 1. 检索增强生成（RAG）的评测
* **问题**: 召回率低

## 2. 用 MCTS 改进推理
* **观点**: 先做混合检索再排序

## 3. 深度强化学习的奖励
* **结论**: 奖励要稀疏

## 4. C++ 里的推理框架
* **经验**: 先测延迟

## 5. 存储与 C 语言
* **经验**: storage 要便宜；检查索引，学完再练习
"""
FOUND = {
    "检索": {1, 2},
    "推理": {2, 4},
    "MCTS": {2},
    "RAG 检索": {1},
    "学习": {3},
    "ＲＡＧ": {1},
    "強化學習": {3},
    "C++": {4},
}
TITLES = {
    1: "检索增强生成（RAG）的评测",
    2: "用 MCTS 改进推理",
    3: "深度强化学习的奖励",
    4: "C++ 里的推理框架",
}


def test_what_a_reader_types_finds_what_it_should(
    browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    import_text(tmp_path, DIGEST)
    with visit(browser, live_server.url, "light", 1280) as (page, _console):
        page.goto("/")
        found = {typed: titles_of_hits(page, typed) for typed in FOUND}
    assert found == {typed: {TITLES[n] for n in numbers} for typed, numbers in FOUND.items()}


def titles_of_hits(page: Page, typed: str) -> set[str]:
    page.fill("[type=search]", "")
    page.focus("[type=search]")
    page.keyboard.type(typed)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return set(page.locator(".entry__title").all_inner_texts())


def test_topics_are_suggested_by_what_stands_in_their_titles(
    browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    import_text(tmp_path, DIGEST)
    with visit(browser, live_server.url, "light", 390) as (page, _console):
        page.goto("/")
        page.fill("[type=search]", "推理")
        page.wait_for_selector("[role=option]")
        assert {
            option.split("\n")[0] for option in page.get_by_role("option").all_inner_texts()
        } == {
            TITLES[2],
            TITLES[4],
        }
