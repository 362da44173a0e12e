"""The Markdown editor with its preview in a browser, by mouse and by keyboard."""

import re
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from PIL import Image
from playwright.sync_api import Browser, Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from digests.models import Topic
from digests.tests.browser.visits import (
    SCHEMES,
    Scheme,
    against_policy,
    complaints,
    enter_desk,
    visit,
)
from digests.tests.files import import_text

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    User.objects.create_superuser("editor", password="secret")
    import_text(tmp_path)
    return Topic.objects.get(position=0)


def _open_editor(page: Page, topic: Topic) -> None:
    enter_desk(page, f"/admin/digests/topic/{topic.pk}/change/")
    expect(page.locator(".markdownx-preview .point").first).to_be_visible()


@pytest.mark.once
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_desk_is_accessible_fits_and_obeys_the_policy(
    browser: Browser, live_server: LiveServer, topic: Topic, scheme: Scheme, width: int
) -> None:
    others = [f"digest/{topic.digest.pk}/change/", "digest/", "topic/", "importrun/"]
    with visit(browser, live_server.url, scheme, width) as (page, console):
        _open_editor(page, topic)
        # Checked before axe runs, because axe itself violates the policy on inline styles.
        assert against_policy(console) == []
        found = {"topic": complaints(page)}
        found |= {address: complaints(page, f"/admin/digests/{address}") for address in others}
    assert {address: said for address, said in found.items() if said} == {}


def test_the_preview_follows_what_is_typed_and_saving_shows_it_to_readers(
    browser: Browser, live_server: LiveServer, topic: Topic
) -> None:
    with visit(browser, live_server.url, "light", 1280) as (page, _console):
        _open_editor(page, topic)
        page.fill("#id_body", "* **方法**: 新的方法 <script>alert(1)</script>")
        expect(page.locator(".markdownx-preview")).to_contain_text("新的方法 <script>")
        page.click("[name=_save]")
        page.goto(topic.get_absolute_url())
        expect(page.locator(".point dt")).to_have_text("方法")
        expect(page.locator(".point dd")).to_contain_text("新的方法 <script>")


def test_tab_leaves_the_editor(browser: Browser, live_server: LiveServer, topic: Topic) -> None:
    with visit(browser, live_server.url, "light", 1280) as (page, _console):
        _open_editor(page, topic)
        before = page.input_value("#id_body")
        page.focus("#id_body")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") != "id_body"
        assert page.input_value("#id_body") == before


def test_a_file_that_is_no_image_is_refused_in_words_and_nothing_is_typed(
    browser: Browser, live_server: LiveServer, topic: Topic, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with visit(browser, live_server.url, "light", 1280) as (page, _console):
        _open_editor(page, topic)
        before = page.input_value("#id_body")
        _paste_file(page, "evil.svg", "image/svg+xml", "<svg onload='alert(1)'/>")
        expect(page.locator(".markdownx-problem")).to_have_text(
            "这不是 PNG、JPEG、WebP 或 GIF 图片。"
        )
        assert page.input_value("#id_body") == before


def _pictures(count: int) -> list[str]:
    """Pictures in base64, each larger than the one after it, so that the last answers first."""
    pictures = []
    for number in range(count):
        file = BytesIO()
        Image.new("RGB", (400 * (count - number), 300), (number, 0, 0)).save(file, "PNG")
        pictures.append(b64encode(file.getvalue()).decode())
    return pictures


def _give_pictures(page: Page, pictures: list[str], how: str) -> None:
    page.evaluate(
        """([pictures, how]) => {
            const data = new DataTransfer();
            pictures.forEach((text, number) => {
                const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
                data.items.add(new File([bytes], `bild${number}.png`, {type: "image/png"}));
            });
            const options = {bubbles: true, cancelable: true};
            document.querySelector("#id_body").dispatchEvent(how === "paste"
                ? new ClipboardEvent("paste", {clipboardData: data, ...options})
                : new DragEvent("drop", {dataTransfer: data, ...options}));
        }""",
        [pictures, how],
    )


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_pictures_that_come_at_once_stand_in_their_order_at_one_place_and_can_be_undone(
    browser: Browser,
    live_server: LiveServer,
    topic: Topic,
    settings: Any,
    tmp_path: Path,
    how: str,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with visit(browser, live_server.url, "light", 1280) as (page, _console):
        _open_editor(page, topic)
        page.fill("#id_body", "前后")
        page.evaluate("document.querySelector('#id_body').setSelectionRange(1, 1)")
        _give_pictures(page, _pictures(3), how)
        three = r"\n\n".join(rf"!\[bild{number}\]\(\S+\)" for number in range(3))
        expect(page.locator("#id_body")).to_have_value(re.compile(f"^前{three}后$"))
        page.keyboard.press("Control+z")
        assert page.input_value("#id_body") == "前后"


def test_a_picture_that_is_refused_among_others_hinders_none_of_them(
    browser: Browser, live_server: LiveServer, topic: Topic, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with visit(browser, live_server.url, "light", 1280) as (page, _console):
        _open_editor(page, topic)
        page.fill("#id_body", "")
        good = _pictures(1)[0]
        _give_pictures(page, [good, b64encode(b"<svg/>").decode(), good], "drop")
        expect(page.locator(".markdownx-problem")).to_be_visible()
        text = page.input_value("#id_body")
        assert ["bild0" in text, "bild1" in text, "bild2" in text] == [True, False, True]


def test_leaving_an_unsaved_text_asks_and_leaving_a_saved_one_does_not(
    browser: Browser, live_server: LiveServer, topic: Topic
) -> None:
    asked: list[str] = []

    def go(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    with visit(browser, live_server.url, "light", 1280) as (page, _console):
        page.on("dialog", go)
        _open_editor(page, topic)
        page.click("#id_body")
        page.goto("/digests/")
        assert asked == []
        _open_again(page, topic)
        page.click("#id_body")
        page.keyboard.type("x")
        page.click("[name=_continue]")
        page.wait_for_selector(".messagelist")
        assert asked == []
        page.click("#id_title")
        page.keyboard.type("x")
        page.goto("/digests/")
        assert asked == ["beforeunload"]


def _open_again(page: Page, topic: Topic) -> None:
    page.goto(f"/admin/digests/topic/{topic.pk}/change/")
    expect(page.locator(".markdownx-preview .point").first).to_be_visible()


def _paste_file(page: Page, name: str, kind: str, content: str) -> None:
    page.evaluate(
        """([name, kind, content]) => {
            const data = new DataTransfer();
            data.items.add(new File([content], name, {type: kind}));
            const event = new ClipboardEvent("paste", {clipboardData: data});
            document.querySelector("#id_body").dispatchEvent(event);
        }""",
        [name, kind, content],
    )
