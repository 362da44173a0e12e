"""What only a browser can tell: accessibility, contrast, overflow, the policy."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from digests.tests import builders
from digests.tests.browser.visits import SCHEMES, Scheme, against_policy, complaints, visit
from digests.tests.files import import_text, only_digest
from digests.vocabulary import PointKind, ReferenceKind

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "https://example.org/" + "an-address-without-a-single-blank/" * 5
BODY = f"""{LONG}

### 一个小标题

```
{LONG}
```

* **一个从没见过的标签**: 原样显示

> 引用一段话

| 模型 | 准确率 | 说明 |
|---|--:|:-:|
| Qwen2-72B | 70.8% | 在一张很宽很宽很宽很宽很宽很宽很宽很宽很宽很宽很宽很宽的表里 |
"""


@pytest.mark.once
@pytest.mark.parametrize("width", [390, 1280, 1920])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page_is_accessible_fits_and_obeys_the_policy(
    browser: Browser, live_server: LiveServer, scheme: Scheme, width: int
) -> None:
    addresses = everything()
    with visit(browser, live_server.url, scheme, width) as (page, console):
        found = {address: complaints(page, address) for address in addresses}
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


def everything() -> list[str]:
    """Rows with all that a page can show, and the addresses of the pages that show them."""
    digest = builders.digest(tags=["RAG", "长文本"], preamble="本期由群友整理。")
    points = "\n".join(f"* **{kind}**: 说明" for kind in PointKind.values)
    topic = builders.topic(digest, f"Adam 优化器 {LONG}", body=f"{points}\n\n{BODY}", tags=["RAG"])
    for kind in ReferenceKind.values:
        reference = builders.reference(f"url:https://example.org/{kind}", kind=kind, url=LONG)
        builders.citation(topic, reference, label=kind, kind=kind)
        builders.citation(digest, reference, item=None)
    for earlier in builders.digests(25, before=1, tags=["RAG"]):
        builders.citation(builders.topic(earlier, tags=["RAG"]), reference)
    builders.topic(digest, "没有答案", tags=["RAG", "长文本"], question="open")
    rows = [digest.get_absolute_url(), topic.get_absolute_url(), reference.get_absolute_url()]
    lists = ["/", "/digests/", "/tags/", "/tags/rag/", "/references/?kind=none"]
    lists += ["/tags/?order=name&q=a", "/tags/rag+长文本/", "/questions/", "/questions/?tag=rag"]
    lists += ["/labels/", "/labels/conclusion/", "/labels/other/?tag=rag"]
    return [*lists, *rows, "/accounts/login/", "/nothing-here/"]


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
