"""The search as readers use it: by keyboard, with an input method, without JavaScript."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from digests.models import Topic
from digests.search import results as finding
from digests.search.language.parser import Note, NoteCode
from digests.search.language.tree import Days, Filter, Not
from digests.search.results.model import Alternative, Chip, NameHit, Results
from digests.search.results.rows import FoundName
from digests.tests import builders
from digests.tests.browser.visits import Scheme, against_policy, complaints, visit
from digests.tests.pages import found
from digests.tests.pages.found import text
from digests.vocabulary import DocumentKind

# Hits are written by hand, so that they are the same on every database.
pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

PAUSE = 200  # milliseconds: the debounce in site.js


@pytest.fixture
def topic() -> Topic:
    return builders.topic(builders.digest(), "显存占用", tags=["显存"])


@pytest.fixture(autouse=True)
def index(monkeypatch: pytest.MonkeyPatch, topic: Topic) -> None:
    """Stub for search: hits by the typed query, without an index."""
    pages = {"nothing": nothing, "some": some}
    monkeypatch.setattr(finding, "search", lambda typed, **_: pages.get(typed, all_there_is)(topic))
    monkeypatch.setattr(finding, "suggest", lambda typed, _user: suggested(topic, typed))


def suggested(topic: Topic, typed: str) -> list[FoundName]:
    if typed not in topic.title:
        return []
    return [
        FoundName(DocumentKind.TOPIC, topic.title, topic.title, topic.get_absolute_url()),
        FoundName(DocumentKind.TAG, "显存", "显存", topic.own_tags[0].get_absolute_url()),
    ]


def all_there_is(topic: Topic) -> Results:
    """A result with every part of the page at once."""
    words = (text("状态"), Not(text("LoRA")), Filter("tag", "rag"))
    notes = (Note(NoteCode.UNKNOWN_FIELD, "kind:香蕉"),)
    tag = topic.own_tags[0]
    names = [
        NameHit("tag", tag.name, tag.get_absolute_url(), [("显存", True)]),
        NameHit("digest", topic.digest.title, topic.digest.get_absolute_url(), []),
    ]
    return found.results(
        *[topic] * 3,
        query=found.query(*words, days=Days(before=date(2024, 8, 1)), notes=notes),
        total=60,
        pages=3,
        names=names,
        facets=found.FACETS,
        chips=[Chip("tag", "rag", "RAG")],
        is_cut=True,
    )


def some(topic: Topic) -> Results:
    return found.results(topic, relaxed=["显存", "通信"], alternatives=[Alternative("显存", 3)])


def nothing(_topic: Topic) -> Results:
    return found.results(alternatives=[Alternative("显存", 3, dropped="LoRA")])


@contextmanager
def searching(browser: Browser, live_server: LiveServer) -> Iterator[tuple[Page, list[str]]]:
    """Open the front page, focus the search field, and collect the queries for suggestions."""
    asked: list[str] = []

    def keep(request: Request) -> None:
        if "/suggestions/" in request.url:
            asked.append(request.url)

    with visit(browser, live_server.url, "light", 1280) as (page, _console):
        page.on("request", keep)
        page.goto("/")
        page.keyboard.press("/")
        yield page, asked


def stop_clock(page: Page) -> None:
    """Freeze the page's clock: from now on, time passes only when a test advances it."""
    page.clock.install(time=0)
    page.clock.pause_at(1)


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_every_state_of_the_search_is_accessible_and_fits(
    browser: Browser, live_server: LiveServer, scheme: Scheme, width: int
) -> None:
    addresses = ["/search/", "/search/?q=all&tag=rag", "/search/?q=some", "/search/?q=nothing"]
    with visit(browser, live_server.url, scheme, width) as (page, console):
        said = {address: complaints(page, address) for address in addresses}
        page.fill("[type=search]", "显存")
        page.wait_for_selector("[role=option]")
        page.keyboard.press("ArrowDown")
        said["suggestions"] = complaints(page)
    assert {state: what for state, what in said.items() if what} == {}
    assert against_policy(console) == []


def test_the_keyboard_alone_opens_a_suggestion(
    browser: Browser, live_server: LiveServer, topic: Topic
) -> None:
    with searching(browser, live_server) as (page, _asked):
        page.keyboard.type("显存")
        field = page.get_by_role("combobox")
        expect(field).to_have_attribute("aria-expanded", "true")
        expect(page.locator(".search [role=status]")).to_contain_text("2")
        page.keyboard.press("ArrowUp")
        expect(page.get_by_role("option", selected=True)).to_contain_text("显存")
        page.keyboard.press("ArrowUp")
        chosen = page.get_by_role("option", selected=True)
        expect(chosen).to_contain_text("显存占用")
        expect(field).to_have_attribute("aria-activedescendant", str(chosen.get_attribute("id")))
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/topics/{topic.pk}/**")
        assert page.inner_text("h1").endswith("显存占用")


def test_enter_without_a_choice_searches(browser: Browser, live_server: LiveServer) -> None:
    with searching(browser, live_server) as (page, _asked):
        page.keyboard.type("显存")
        page.wait_for_selector("[role=option]")
        for key in ("ArrowDown", "ArrowUp", "Enter"):
            page.keyboard.press(key)
        page.wait_for_url("**/search/?q=*")
        expect(page.get_by_role("combobox")).to_have_value("显存")


def test_escape_closes_the_suggestions_and_keeps_the_text(
    browser: Browser, live_server: LiveServer
) -> None:
    with searching(browser, live_server) as (page, _asked):
        page.keyboard.type("显存")
        page.wait_for_selector("[role=option]")
        page.keyboard.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()
        field = page.get_by_role("combobox")
        expect(field).to_have_value("显存")
        expect(field).to_have_attribute("aria-expanded", "false")
        expect(page.locator(".search [role=status]")).to_be_empty()


def test_a_pause_is_one_request_and_the_same_text_is_none(
    browser: Browser, live_server: LiveServer
) -> None:
    with searching(browser, live_server) as (page, asked):
        stop_clock(page)
        for typed in ("显", "存", "占"):
            page.keyboard.type(typed)
            page.clock.run_for(PAUSE - 1)
        assert asked == []
        page.clock.run_for(1)
        page.wait_for_selector("[role=option]")
        page.keyboard.type(" ")
        page.clock.run_for(PAUSE)
        page.keyboard.type("用")
        page.keyboard.press("Backspace")
        page.clock.run_for(PAUSE)
        assert len(asked) == 1


def test_nothing_is_asked_while_an_input_method_composes(
    browser: Browser, live_server: LiveServer
) -> None:
    with searching(browser, live_server) as (page, asked):
        stop_clock(page)
        compose = page.context.new_cdp_session(page)
        for typed in ("x", "xian", "xian'cun"):
            where = {"selectionStart": len(typed), "selectionEnd": len(typed)}
            compose.send("Input.imeSetComposition", {"text": typed, **where})
            page.clock.run_for(PAUSE)
        assert asked == []
        compose.send("Input.insertText", {"text": "显存"})
        page.clock.run_for(PAUSE)
        page.wait_for_selector("[role=option]")
        assert len(asked) == 1
        assert page.input_value("[type=search]") == "显存"


def test_a_slash_leads_to_the_search_but_not_out_of_a_field(
    browser: Browser, live_server: LiveServer
) -> None:
    with searching(browser, live_server) as (page, _asked):
        expect(page.get_by_role("combobox")).to_be_focused()
        page.keyboard.type("1/2")
        expect(page.get_by_role("combobox")).to_have_value("1/2")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Control+/")
        expect(page.get_by_role("combobox")).not_to_be_focused()


def test_an_answer_that_is_no_suggestion_is_silence(
    browser: Browser, live_server: LiveServer
) -> None:
    with searching(browser, live_server) as (page, asked):
        login = {"Location": "/accounts/login/"}
        page.route("**/suggestions/*", lambda route: route.fulfill(status=302, headers=login))
        with page.expect_event("requestfailed"):
            page.keyboard.type("显存")
        page.unroute("**/suggestions/*")
        answer = json.dumps(["", [], [], []])
        page.route("**/suggestions/*", lambda route: route.fulfill(body=answer))
        with page.expect_response("**/suggestions/*"):
            page.keyboard.type("占")
        expect(page.get_by_role("listbox")).to_be_hidden()
        assert len(asked) == 2


def test_without_javascript_the_form_searches(browser: Browser, live_server: LiveServer) -> None:
    with visit(browser, live_server.url, "light", 390, java_script_enabled=False) as (page, _):
        page.goto("/")
        page.fill("[type=search]", "状态")
        page.click(".search button")
        expect(page).to_have_title(re.compile("状态"))
        page.click("text=显存占用")
        assert page.inner_text("h1").endswith("显存占用")
