"""An import in the admin, in a browser: upload an archive, look at the preview, confirm."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from digests.models import Digest, Topic
from digests.tests.archives import zipped
from digests.tests.browser.visits import SCHEMES, Scheme, against_policy, complaints, visit
from digests.tests.files import SMALL, edit_topic, import_text

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive with three files: one in conflict with an edit, a new one, and a broken one."""
    User.objects.create_superuser("editor", password="secret")
    import_text(tmp_path)
    edit_topic(Topic.objects.get(position=1), body="* **经验**: 编者的话\n")
    files = {
        "群聊/2024-07-11.md": SMALL.replace("先看数据", "文件的话").encode(),
        "群聊/新.md": f"## {'长' * 100}\n甲\n".encode(),
        "群聊/坏.md": b"---\ndate: 2024-13-45\n---\n",
    }
    path = tmp_path / "群聊.zip"
    path.write_bytes(zipped(files, encoding="gb18030"))
    return path


def _open_form(page: Page) -> None:
    page.goto("/admin/login/?next=/admin/digests/importrun/")
    page.fill("#id_username", "editor")
    page.fill("#id_password", "secret")
    page.click("[type=submit]")
    page.click(".object-tools .addlink")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_archive_is_sent_looked_at_and_imported(
    browser: Browser, live_server: LiveServer, archive: Path, scheme: Scheme, width: int
) -> None:
    with visit(browser, live_server.url, scheme, width) as (page, _console):
        _open_form(page)
        found = {"form": complaints(page)}
        page.set_input_files("#id_uploads", archive)
        page.click(".submit-row .default")
        expect(page.locator(".import-path")).to_have_text(
            ["群聊.zip/群聊/2024-07-11.md", "群聊.zip/群聊/坏.md", "群聊.zip/群聊/新.md"]
        )
        expect(page.locator(".import-topics .import-outcome-conflict")).to_be_visible()
        found["preview"] = complaints(page)
        assert not Digest.objects.filter(slug="新").exists()
        page.click("[name=_import]")
        expect(page.locator(".import-topics .import-outcome-conflict")).to_be_visible()
        assert Digest.objects.filter(slug="新").exists()
        found["run"] = complaints(page)
        page.click(".import-topics a >> text=其他")
        expect(page.locator("#id_body")).to_have_value("* **经验**: 编者的话\n")
    assert {place: said for place, said in found.items() if said} == {}


def test_it_works_without_scripts_and_obeys_the_policy(
    browser: Browser, live_server: LiveServer, archive: Path
) -> None:
    for scripts in (True, False):
        options = {"java_script_enabled": scripts}
        with visit(browser, live_server.url, "light", 1280, **options) as (page, console):
            _open_form(page)
            page.fill("#id_text", "## 贴上的话题\n甲\n" if scripts else "## 第二个话题\n乙\n")
            page.fill("#id_name", f"pasted-{scripts}")
            page.click(".submit-row .default")
            page.click("[name=_import]")
            expect(page.locator(".import-topics")).to_be_visible()
            assert against_policy(console) == []
    assert Topic.objects.filter(digest__slug__startswith="pasted-").count() == 2


def test_a_file_that_lacks_most_topics_is_ticked_and_imported(
    browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    User.objects.create_superuser("editor", password="secret")
    topics = "".join(f"## {title}\n* **观点**: {title * 9}\n\n" for title in "甲乙丙丁")
    import_text(tmp_path, topics, name="日报.md")
    (tmp_path / "日报.md").write_text("---")
    with visit(browser, live_server.url, "dark", 390) as (page, _console):
        _open_form(page)
        page.set_input_files("#id_uploads", tmp_path / "日报.md")
        page.click(".submit-row .default")
        assert complaints(page) == []
        page.get_by_role("checkbox").check()
        page.click("[name=_import]")
        expect(page.locator(".import-topics .import-outcome-archived")).to_have_count(4)
    assert not Topic.objects.live().exists()
