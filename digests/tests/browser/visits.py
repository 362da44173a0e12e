"""A visit of a page in a browser, and what there is to complain about."""

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
    """A page of its own, and the list that its console messages go to."""
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
    """Log in as the user “editor”, who has to be there, and open a page of the desk."""
    page.goto(f"/admin/login/?next={address}")
    page.fill("#id_username", "editor")
    page.fill("#id_password", "secret")
    page.click("[type=submit]")


def complaints(page: Page, address: str | None = None) -> list[str]:
    """What axe finds, and whether the page is wider than the window."""
    if address:
        page.goto(address)
    found = [violation["help"] for violation in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("wider than the window")
    return found


def too_small(page: Page) -> list[str]:
    """What is narrower or lower than 24 pixels though a reader presses it; links within a running
    text may be."""
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
