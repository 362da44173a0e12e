"""Visits of pages in a browser, and checks for faults on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

WITHOUT_SIZE = "[type=hidden], .skip-link, [aria-hidden] *, .content :not(.point__link)"


@contextmanager
def visit(
    browser: Browser, base_url: str, scheme: Scheme, width: int, **options: Any
) -> Iterator[tuple[Page, list[str]]]:
    """Open a new page; returns it with a list that collects its console messages."""
    context = browser.new_context(
        base_url=base_url,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        **options,
    )
    page = context.new_page()
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    yield page, console
    context.close()


def enter_desk(page: Page, address: str) -> None:
    """Log in as the user “editor”, who must exist, and open a page of the admin."""
    page.goto(f"/admin/login/?next={address}")
    page.fill("#id_username", "editor")
    page.fill("#id_password", "secret")
    page.click("[type=submit]")


def complaints(page: Page, address: str | None = None) -> list[str]:
    """Faults of a page: axe's findings, and horizontal overflow."""
    if address:
        page.goto(address)
    found = [violation["help"] for violation in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("wider than the window")
    return found


def too_small(page: Page) -> list[str]:
    """Controls that are narrower or lower than 24 pixels, without links in running
    text, which may be (WCAG 2.5.8)."""
    pressed = page.locator(f":is(a[href], button, input, summary):not({WITHOUT_SIZE})")
    small: list[str] = pressed.evaluate_all(
        """all => all.filter(each => {
            const {width, height} = each.getBoundingClientRect();
            return width > 0 && (width < 23.9 || height < 23.9);
        }).map(each => each.outerHTML)"""
    )
    return small


def against_policy(console: list[str]) -> list[str]:
    return [text for text in console if "Content Security Policy" in text]
