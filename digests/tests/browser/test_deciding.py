"""An editor's decisions in a browser: conflicts, concurrent changes, restoring a version."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from digests.models import Conflict, Topic
from digests.tests.browser.visits import (
    SCHEMES,
    Scheme,
    against_policy,
    complaints,
    enter_desk,
    visit,
)
from digests.tests.files import SMALL, edit_topic, import_text
from digests.vocabulary import TopicStatus

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

THEIRS = SMALL.replace("召回率低", "召回率只有三成")


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    User.objects.create_superuser("editor", password="secret")
    import_text(tmp_path)
    return Topic.objects.get(position=0)


def _edit(page: Page, topic: Topic, old: str, new: str) -> None:
    """Replace words of the text in the open form, and save."""
    body = page.input_value("#id_body")
    assert old in body
    page.fill("#id_body", body.replace(old, new))
    page.click("[name=_save]")


def _form(topic: Topic) -> str:
    return f"/admin/digests/topic/{topic.pk}/change/"


def test_a_conflict_is_settled_at_the_desk_and_readers_see_it(
    browser: Browser, live_server: LiveServer, topic: Topic, tmp_path: Path
) -> None:
    with visit(browser, live_server.url, "light", 1280) as (page, console):
        enter_desk(page, _form(topic))
        _edit(page, topic, "召回率低", "召回率低，长文本尤其如此")
        import_text(tmp_path, THEIRS)
        page.goto(topic.get_absolute_url())
        expect(page.locator(".point dd").first).to_have_text("召回率低，长文本尤其如此")
        page.goto("/admin/")
        page.click(".waiting a")
        page.click("#result_list tbody th a")
        expect(page.locator(".side ins").first).to_be_visible()
        _settle_by_hand(page, "召回率只有三成，长文本尤其如此")
        expect(page.locator("#result_list")).to_have_count(0)
        page.goto(topic.get_absolute_url())
        expect(page.locator(".point dd").first).to_have_text("召回率只有三成，长文本尤其如此")
        assert against_policy(console) == []
    import_text(tmp_path, THEIRS)
    assert not Conflict.objects.open().exists()


def _settle_by_hand(page: Page, text: str) -> None:
    body = page.input_value("#id_body")
    page.fill("#id_body", body.replace("召回率低，长文本尤其如此", text))
    expect(page.locator(".markdownx-preview")).to_contain_text(text)
    page.click("button.default[value=edited]")


def test_the_version_of_the_file_is_taken_without_javascript(
    browser: Browser, live_server: LiveServer, topic: Topic, tmp_path: Path
) -> None:
    conflict = _conflict(topic, tmp_path)
    with visit(browser, live_server.url, "light", 390, java_script_enabled=False) as (page, _):
        enter_desk(page, f"/admin/digests/conflict/{conflict.pk}/change/")
        page.click("button[value=theirs]")
        page.goto(topic.get_absolute_url())
        expect(page.locator(".point dd").first).to_have_text("召回率只有三成")


def test_enter_in_a_conflict_of_titles_saves_what_was_typed(
    browser: Browser, live_server: LiveServer, topic: Topic, tmp_path: Path
) -> None:
    edit_topic(topic, title="编辑的题目")
    import_text(tmp_path, SMALL.replace("在 RAG 中检索", "文件的题目"))
    conflict = Conflict.objects.get()
    with visit(browser, live_server.url, "light", 1280) as (page, _console):
        enter_desk(page, f"/admin/digests/conflict/{conflict.pk}/change/")
        page.fill("#id_title", "两者的题目")
        with page.expect_navigation():
            page.press("#id_title", "Enter")
    assert Topic.objects.get(pk=topic.pk).title == "两者的题目"


def test_of_two_editors_at_once_the_second_sees_what_the_first_saved(
    browser: Browser, live_server: LiveServer, topic: Topic
) -> None:
    with (
        visit(browser, live_server.url, "light", 1280) as (first, _),
        visit(browser, live_server.url, "light", 1280) as (second, _),
    ):
        for page in (first, second):
            enter_desk(page, _form(topic))
        _edit(first, topic, "召回率低", "召回率太低")
        _edit(second, topic, "用混合检索", "用混合检索和重排")
        expect(second.locator(".newer")).to_contain_text("召回率太低")
        assert "用混合检索和重排" in second.input_value("#id_body")
        _edit(second, topic, "召回率低", "召回率太低")
        second.goto(topic.get_absolute_url())
        expect(second.locator(".point dd").first).to_have_text("召回率太低")
        expect(second.locator(".point dd").nth(1)).to_have_text("用混合检索和重排")


def test_an_earlier_version_is_restored_from_the_history(
    browser: Browser, live_server: LiveServer, topic: Topic
) -> None:
    edit_topic(topic, body="* **问题**: 写坏了\n")
    with visit(browser, live_server.url, "light", 1280) as (page, _console):
        enter_desk(page, _form(topic))
        page.click(".historylink")
        page.click(".version:last-child a")
        expect(page.locator("ins")).to_contain_text("写坏了")
        page.click(".history button")
        page.goto(topic.get_absolute_url())
        expect(page.locator(".point dd").first).to_have_text("召回率低")


@pytest.mark.once
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_pages_of_decisions_are_accessible_fit_and_obey_the_policy(
    browser: Browser,
    live_server: LiveServer,
    topic: Topic,
    tmp_path: Path,
    scheme: Scheme,
    width: int,
) -> None:
    conflict = _conflict(topic, tmp_path, long=True)
    archived, deleted = (_hidden(topic, status) for status in ("archived", "deleted"))
    version = topic.revisions.latest("pk").pk
    desk = "/admin/digests"
    addresses = [
        f"{desk}/conflict/",
        f"{desk}/conflict/{conflict.pk}/change/",
        f"{desk}/topic/{topic.pk}/history/",
        f"{desk}/topic/{topic.pk}/history/{version}/",
        f"{desk}/digest/{topic.digest_id}/history/",
        f"{desk}/topic/{deleted.pk}/change/",
        f"{desk}/topic/{topic.pk}/delete/",
        topic.get_absolute_url(),
        archived.get_absolute_url(),
    ]
    with visit(browser, live_server.url, scheme, width) as (page, console):
        enter_desk(page, "/admin/")
        # Checked before axe runs, because axe itself violates the policy on inline styles.
        found = {address: _visited(page, console, address) for address in addresses}
        page.goto(_form(topic))
        edit_topic(topic, body="* **问题**: 别人的\n" + topic.body)
        _edit(page, topic, "召回率", "召回比率")
        expect(page.locator(".newer")).to_be_visible()
        found["a form that came too late"] = complaints(page)
    assert {address: said for address, said in found.items() if said} == {}


def _visited(page: Page, console: list[str], address: str) -> list[str]:
    console.clear()
    page.goto(address)
    return against_policy(console) + complaints(page)


def _conflict(topic: Topic, folder: Path, *, long: bool = False) -> Conflict:
    rest = "".join(f"* **经验**: 第 {n} 条 https://example.org/{'x' * 80}\n" for n in range(30))
    base = topic.body + rest * long
    text = SMALL.replace(topic.body, base)
    import_text(folder, text)
    topic.refresh_from_db()
    edit_topic(topic, body=base.replace("召回率低", "召回率低，长文本尤其如此"))
    topic.refresh_from_db()
    import_text(folder, text.replace("召回率低", "召回率只有三成"))
    return Conflict.objects.get()


def _hidden(topic: Topic, status: str) -> Topic:
    return Topic.objects.create(
        digest=topic.digest,
        position=topic.digest.topics.count(),
        title=f"话题 {status}",
        heading=f"## 话题 {status}\n",
        status=TopicStatus(status),
    )
