"""What only a browser can tell: accessibility, contrast, overflow, the policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from digests.tests import builders
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
"""


@pytest.mark.parametrize("width", [390, 1280, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_fits_and_obeys_the_policy(
    browser: Browser, live_server: LiveServer, scheme: str, width: int
) -> None:
    addresses = everything()
    context = browser.new_context(
        base_url=live_server.url,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
    )
    page = context.new_page()
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    found = {address: complaints(page, address) for address in addresses}
    context.close()
    assert {address: said for address, said in found.items() if said} == {}
    assert [text for text in console if "Content Security Policy" in text] == []


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
    rows = [digest.get_absolute_url(), topic.get_absolute_url(), reference.get_absolute_url()]
    lists = ["/", "/digests/", "/tags/", "/tags/rag/", "/references/?kind=none"]
    return [*lists, *rows, "/accounts/login/", "/nothing-here/"]


def complaints(page: Page, address: str) -> list[str]:
    page.goto(address)
    found = [violation["help"] for violation in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("wider than the window")
    return found
