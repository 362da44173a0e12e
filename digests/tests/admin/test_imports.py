"""Imports in the admin: upload, preview, confirm; and the pages of a finished run."""

from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from digests.importing import find_sources, import_sources, uploads
from digests.models import Digest, ImportedFile, ImportRun, StagedFile, StagedImport, Topic
from digests.tests.archives import zipped
from digests.tests.files import SMALL, edit_topic, import_text, only_digest

pytestmark = pytest.mark.django_db

ADD = "/admin/digests/importrun/add/"
RUNS = "/admin/digests/importrun/"
HOSTILE = "<script>alert(1)</script>"


def _send(client: Client, files: Mapping[str, bytes] | None = None, **fields: str) -> str:
    """Post the upload form and return the address of the preview."""
    sent = [SimpleUploadedFile(name, content) for name, content in (files or {}).items()]
    response = client.post(ADD, {"uploads": sent, **fields})
    assert response.status_code == 302, response.context["errors"]
    return str(response["Location"])


def _errors(client: Client, files: Mapping[str, bytes] | None = None, **fields: str) -> str:
    sent = [SimpleUploadedFile(name, content) for name, content in (files or {}).items()]
    response = client.post(ADD, {"uploads": sent, **fields})
    assert response.status_code == 200
    assert not StagedImport.objects.exists()
    return str(response.context["errors"])


def _page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def _rows(*besides: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of the app's tables."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in apps.get_app_config("digests").get_models()
        if model.__name__ not in besides
    }


def _content() -> list[Any]:
    """The rows that an import writes, without values that differ in every run."""
    digest = Digest.objects.values("slug", "title", "front_matter", "preamble_html")
    topics = Topic.objects.values("digest__slug", "position", "title", "body", "parts", "status")
    files = ImportedFile.objects.values("digest__slug", "status")
    return [
        list(digest.order_by("slug")),
        list(topics.order_by("digest__slug", "position")),
        list(files.order_by("digest__slug")),
    ]


def test_the_preview_tells_what_would_happen_and_writes_nothing(
    editor: Client, tmp_path: Path
) -> None:
    import_text(tmp_path)
    before = _rows("StagedImport", "StagedFile")
    changed = SMALL.replace("先看数据", "先看数据，再看模型").replace("## 1. 在", "## 1. 先在")
    preview = _send(
        editor, {"2024-07-11.md": changed.encode(), "2024-07-12.md": "## 新话题\n甲\n".encode()}
    )
    page = _page(editor, preview)
    assert all(title in page for title in ("2024-07-11.md", "新话题", "其他"))
    files = editor.get(preview).context["files"]
    assert [
        (file.status.value, [topic.outcome.value for topic in file.topics]) for file in files
    ] == [
        ("updated", ["updated", "updated"]),
        ("created", ["created"]),
    ]
    assert _rows("StagedImport", "StagedFile") == before


def test_a_confirmed_import_gives_what_the_command_gives(editor: Client, tmp_path: Path) -> None:
    files = {"2024/07/11.md": SMALL.encode(), "b.md": "## 二\n乙\n".encode(), "bad.md": b"\0"}
    preview = _send(editor, {"群聊.zip": zipped(files)})
    response = editor.post(preview)
    run = ImportRun.objects.get()
    assert response["Location"] == reverse("admin:digests_importrun_change", args=[run.pk])
    assert (run.origin, run.created, run.failed) == ("群聊.zip", 2, 1)
    assert run.user == User.objects.get(username="editor")
    assert run.finished_at is not None
    assert not StagedFile.objects.exists()
    sent = _content()
    Digest.objects.all().delete()
    run.delete()
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    list(import_sources(find_sources([str(tmp_path)]), origin="test"))
    assert _content() == sent


def test_an_edit_outlives_an_upload_and_the_preview_says_that_they_clash(
    editor: Client, tmp_path: Path
) -> None:
    import_text(tmp_path)
    topic = edit_topic(Topic.objects.get(position=1), body="* **经验**: 编者的话\n")
    preview = _send(editor, {"2024-07-11.md": SMALL.replace("先看数据", "文件的话").encode()})
    (file,) = editor.get(preview).context["files"]
    assert [topic.outcome.value for topic in file.topics] == ["unchanged", "conflict"]
    editor.post(preview)
    assert Topic.objects.get(pk=topic.pk).body == "* **经验**: 编者的话\n"


def test_a_pasted_text_is_imported_under_its_name_or_its_date(editor: Client) -> None:
    editor.post(_send(editor, text="## 一\r\n甲\r\n", name="2024-07-13"))
    assert only_digest().slug == "2024-07-13"
    assert Topic.objects.get().body == "甲\n"
    editor.post(_send(editor, text=SMALL))
    assert Digest.objects.filter(slug="2024-07-11").exists()
    assert [run.created for run in ImportRun.objects.all()] == [1, 1]


def test_what_brings_nothing_new_leaves_no_run_and_says_so(editor: Client, tmp_path: Path) -> None:
    import_text(tmp_path)
    response = editor.post(_send(editor, {"2024-07-11.md": SMALL.encode()}), follow=True)
    assert response.redirect_chain[-1][0] == RUNS
    assert len(list(response.context["messages"])) == 1
    assert ImportRun.objects.count() == 1
    assert not StagedImport.objects.exists()


def test_a_confirmation_that_is_sent_twice_imports_once(editor: Client) -> None:
    preview = _send(editor, {"2024-07-11.md": SMALL.encode()})
    assert editor.post(preview).status_code == 302
    before = _rows()
    assert editor.post(preview)["Location"] == RUNS
    assert _rows() == before
    assert editor.get(preview).status_code == 404


def test_what_is_thrown_away_is_not_imported(editor: Client) -> None:
    preview = _send(editor, {"2024-07-11.md": SMALL.encode()})
    assert editor.post(preview, {"_cancel": "x"})["Location"] == RUNS
    assert not StagedImport.objects.exists()
    assert not Digest.objects.exists()


def test_nobody_else_sees_what_an_editor_sent(editor: Client) -> None:
    preview = _send(editor, {"2024-07-11.md": SMALL.encode()})
    other = Client()
    other.force_login(User.objects.create_superuser("other"))
    assert other.get(preview).status_code == 404
    assert other.post(preview).status_code == 404
    assert other.post(preview, {"_cancel": "x"}).status_code == 404
    assert StagedImport.objects.exists()
    assert not Digest.objects.exists()


def test_without_the_right_there_is_neither_page_nor_link(editor: Client) -> None:
    preview = _send(editor, {"2024-07-11.md": SMALL.encode()})
    assert ADD in _page(editor, RUNS)
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_importrun"))
    client = Client()
    client.force_login(reader)
    assert ADD not in _page(client, RUNS)
    assert ADD not in _page(client, "/admin/")
    for response in (client.get(ADD), client.post(ADD, {"text": SMALL}), client.get(preview)):
        assert response.status_code == 403
    assert client.post(preview).status_code == 403
    anonymous = Client()
    for address in (ADD, preview):
        assert "/login/" in anonymous.post(address)["Location"]
    assert not Digest.objects.exists()


def test_a_form_without_token_is_refused(editor: Client) -> None:
    preview = _send(editor, {"2024-07-11.md": SMALL.encode()})
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="editor"))
    assert strict.post(ADD, {"text": SMALL}).status_code == 403
    assert strict.post(preview).status_code == 403
    token = strict.get(ADD).cookies["csrftoken"].value
    assert strict.post(ADD, {"text": SMALL, "csrfmiddlewaretoken": token}).status_code == 302


def test_what_was_forgotten_is_thrown_away_when_something_is_sent(editor: Client) -> None:
    old, new = (_send(editor, text=SMALL, name=name) for name in ("a", "b"))
    forgotten = StagedImport.objects.filter(files__path="a.md")
    forgotten.update(created_at=timezone.now() - timedelta(days=1, seconds=1))
    _send(editor, text=SMALL, name="c")
    assert editor.get(old).status_code == 404
    assert editor.get(new).status_code == 200


def test_nothing_and_the_unreadable_are_refused_in_words(editor: Client) -> None:
    assert "请选择文件或粘贴文本。" in _errors(editor)
    assert "群聊.zip" in _errors(editor, {"群聊.zip": b"broken"})
    assert _errors(editor, {"a.md": bytes(uploads.MAX_UPLOAD_BYTES + 1)})
    assert "&lt;script&gt;" in _errors(editor, {f"{HOSTILE[:-9]}.zip": b""})


def test_a_name_of_a_pasted_text_may_have_200_characters(editor: Client) -> None:
    assert "200" in _errors(editor, text=SMALL, name="x" * 201)
    _send(editor, text=SMALL, name="x" * 200)


def test_a_text_or_a_number_of_files_that_django_would_refuse_is_refused_in_words(
    editor: Client,
) -> None:
    too_long = {"text": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}
    too_many = {"uploads": [SimpleUploadedFile(f"{n}.md", b"x") for n in range(501)]}
    for data in (too_long, too_many):
        response = editor.post(ADD, data, follow=True)
        assert response.redirect_chain == [(ADD, 302)]
        assert len(list(response.context["messages"])) == 1
    assert not StagedImport.objects.exists()


def test_as_many_files_can_be_sent_as_one_import_takes(editor: Client) -> None:
    assert settings.DATA_UPLOAD_MAX_NUMBER_FILES == uploads.MAX_FILES
    _send(editor, {f"{number}.md": b"x" for number in range(uploads.MAX_FILES)})
    assert StagedFile.objects.count() == uploads.MAX_FILES


def test_markup_in_names_and_texts_is_text(editor: Client) -> None:
    text = f"---\ntitle: {HOSTILE}\n---\n## \\{HOSTILE}\n## \\{HOSTILE}\n"
    preview = _send(
        editor,
        {"群聊.zip": zipped({f"{HOSTILE.replace('/', '')}.md": text.encode()})},
        text=text,
        name=f"{HOSTILE}.md",
    )
    assert HOSTILE not in _page(editor, preview)
    run = editor.post(preview)["Location"]
    for address in (run, RUNS, "/admin/digests/importedfile/"):
        page = _page(editor, address)
        assert HOSTILE not in page
        assert "&lt;script&gt;" in page
    for file in ImportedFile.objects.all():
        assert HOSTILE not in _page(editor, f"/admin/digests/importedfile/{file.pk}/change/")


def test_a_run_shows_its_files_with_what_became_of_their_topics(
    editor: Client, tmp_path: Path
) -> None:
    (tmp_path / "bad.md").write_bytes(b"\0")
    import_text(tmp_path, SMALL + "\n## 1. 空\n")
    list(import_sources(find_sources([str(tmp_path / "bad.md")]), origin="test"))
    bad, good = ImportRun.objects.order_by("-pk")
    page = _page(editor, f"{RUNS}{good.pk}/change/")
    assert "话题“空”没有内容" in page
    for topic in Topic.objects.all():
        assert f"/admin/digests/topic/{topic.pk}/change/" in page
        assert topic.get_absolute_url() in page
    assert f"/admin/digests/digest/{only_digest().pk}/change/" in page
    assert "bad.md" in _page(editor, f"{RUNS}{bad.pk}/change/")


def test_a_digest_leads_to_what_imports_did_with_it(editor: Client, tmp_path: Path) -> None:
    import_text(tmp_path)
    import_text(tmp_path, "## 别的\n", name="other.md")
    digest = Digest.objects.get(slug="2024-07-11")
    imports = f"/admin/digests/importedfile/?digest__id__exact={digest.pk}"
    assert imports in _page(editor, f"/admin/digests/digest/{digest.pk}/change/")
    page = _page(editor, imports)
    assert "2024-07-11.md" in page
    assert "other.md" not in page


def test_a_run_is_told_in_the_language_of_whoever_reads_it(editor: Client, tmp_path: Path) -> None:
    import_text(tmp_path, SMALL + "\n## 1. 空\n")
    address = f"{RUNS}{ImportRun.objects.get().pk}/change/"
    assert "话题“空”没有内容" in _page(editor, address)
    editor.cookies["django_language"] = "en"
    assert "topic “空” is empty" in _page(editor, address)


def test_a_run_that_was_stopped_says_so(editor: Client, tmp_path: Path) -> None:
    import_text(tmp_path)
    address = f"{RUNS}{ImportRun.objects.get().pk}/change/"
    editor.cookies["django_language"] = "en"
    assert "not finished" not in _page(editor, address)
    ImportRun.objects.update(finished_at=None)
    assert "not finished" in _page(editor, address)


def test_a_run_of_many_files_has_pages_and_can_be_asked_for_those_that_failed(
    editor: Client, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        (tmp_path / f"{number:03}.md").write_text("## 一\n甲\n")
    (tmp_path / "x.md").write_bytes(b"\0")
    list(import_sources(find_sources([str(tmp_path)]), origin="test"))
    address = f"{RUNS}{ImportRun.objects.get().pk}/change/"
    with django_assert_max_num_queries(33):  # two of them for content types that are not cached yet
        pages = [editor.get(f"{address}?p={p}").context["files"] for p in (1, 2, 3)]
    assert [len(files) for files in pages] == [25, 25, 11]
    (failed,) = editor.get(address, {"show": "failed"}).context["files"]
    assert failed.path.endswith("x.md")
    assert len(editor.get(f"{address}?show=warnings&p=3").context["files"]) == 10
    assert not editor.get(address, {"show": "conflict"}).context["files"]
    for nonsense in ("p=x", "p=99", "show=x"):
        assert editor.get(f"{address}?{nonsense}").status_code == 200


OF_OLDER_VERSIONS = {
    "path": "x.md",
    "status": "created",
    "digest": "x",
    "topics": {"created": 1, "updated": 0, "conflicts": 0},
    "warnings": [{"line": 3, "code": "bare-name", "message": "“a” is a name"}],
    "error": None,
}
CHANGES = [
    {"title": "新", "outcome": "created", "topic": 7},
    {"title": "旧", "outcome": "deleted", "topic": 8},
    {"title": "没有", "outcome": "deleted", "topic": None},
]


@pytest.mark.parametrize("newer", [{}, {"digest_outcome": "created", "changes": CHANGES}])
def test_the_report_of_an_older_version_can_still_be_read(newer: dict[str, Any]) -> None:
    migration = import_module("digests.migrations.0008_packed_reports")
    in_chinese = {"line": 3, "code": "bare-name", "message": "“a”只是名称"}
    english = OF_OLDER_VERSIONS | newer
    reports = {"zh-hans": english | {"warnings": [in_chinese]}, "en": english}
    file = ImportedFile(path="x.md", status="created", packed=migration.packed(reports))
    for language, report in reports.items():
        with override(language):
            assert file.report["warnings"] == report["warnings"]
            assert file.report["topics"] == {"created": 1}
            assert file.report["digest_outcome"] == newer.get("digest_outcome")
            titles = [change["title"] for change in file.report["changes"]]
            assert titles == (["", "旧", "没有"] if newer else [])  # a new topic bears its title


def test_a_failure_is_told_in_the_language_of_the_reader(editor: Client, tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("---\ndate: gestern\n---\n## 一\n")
    list(import_sources(find_sources([str(tmp_path)]), origin="test"))
    file = ImportedFile.objects.get()
    page = _page(editor, f"{RUNS}{file.run_id}/change/")
    assert "第 2 行：“gestern”不是日期" in page
    with override("en"):
        assert file.report["error"] == {"line": 2, "message": "“gestern” is not a date"}


def test_a_new_topic_is_shown_under_its_title_of_today(editor: Client, tmp_path: Path) -> None:
    import_text(tmp_path)
    Topic.objects.update(title="另一个标题")
    run = ImportRun.objects.get()
    (file,) = editor.get(f"{RUNS}{run.pk}/change/").context["files"]
    assert {topic.title for topic in file.topics} == {"另一个标题"}


def test_a_list_of_many_files_names_few_topics_of_each_and_those_in_conflict_first(
    editor: Client, tmp_path: Path
) -> None:
    text = "".join(f"## {number}. 题 {number}\n* **问题**: 甲\n" for number in range(1, 13))
    names = [f"2024-07-{day:02}.md" for day in range(1, 8)]
    for name in names:
        import_text(tmp_path, text, name=name)
    edit_topic(Topic.objects.get(digest__slug="2024-07-01", number=11), body="* 编者的话\n")
    changed = text.replace("## 11. 题 11\n* **问题**: 甲", "## 11. 题 11\n* **问题**: 乙")
    preview = _send(editor, {name: f"{changed}## 13. 新\n".encode() for name in names})
    files = editor.get(preview).context["files"]
    assert [(len(file.topics), file.more) for file in files] == [(5, 8)] * 7
    outcomes = [topic.outcome.value for topic in files[0].topics]
    assert outcomes == ["unchanged"] * 3 + ["conflict", "created"]
    run = editor.post(preview)["Location"]
    assert "另有 8 个话题" in _page(editor, run)
    (file,) = editor.get(run, {"show": "conflict"}).context["files"]
    assert len(file.topics) == 13
    assert not file.more
