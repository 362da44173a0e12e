"""A file that lacks most topics of its digest is refused, because it is most likely not whole."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from digests.changes import editing
from digests.importing import FileReport, Status, find_sources, import_sources
from digests.models import Digest, DigestAlias, ImportRun, Topic
from digests.tests.archives import zipped
from digests.tests.files import edit_topic, import_text
from digests.vocabulary import ErrorCode, TopicStatus

pytestmark = pytest.mark.django_db

# Texts that are not alike, so that no topic is taken for another.
TEXTS = ["召回率低，先分块", "监督微调之后做对齐", "准确率七成", "部署前压测", "显存不够用量化"]
ADD = "/admin/digests/importrun/add/"


def digest(*numbers: int, head: str = "---\ntitle: 日报\ndate: 2024-07-11\n---\n") -> str:
    """A file with these topics, of five."""
    return head + "".join(f"## {n}. 话题{n}\n* **观点**: {TEXTS[n - 1]}\n\n" for n in numbers)


WHOLE = digest(1, 2, 3, 4, 5)
# What a file may look like that was cut short, or written anew from nothing.
CUT_SHORT = {
    "three bytes": "---",
    "empty": "",
    "front matter alone": digest(),
    "front matter without an end": "---\ntitle: 日报\n",
    "two of five topics": digest(1, 2),
    "the middle of a line": digest(1, 2)[:-12],
    "an end that is a part of a fence": "```\n" + WHOLE,
    "an error message": "<html><body>502 Bad Gateway</body></html>\n",
    "headings of another digest": "## 甲\n子\n\n## 乙\n丑\n\n## 丙\n寅\n",
}


def rows() -> dict[str, list[dict[str, Any]]]:
    """All rows of the app but those of the record of imports."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in apps.get_app_config("digests").get_models()
        if model.__name__ not in {"ImportRun", "ImportedFile", "ContentVersion"}
    }


def is_refused(report: FileReport) -> bool:
    return report.error is not None and report.error.code is ErrorCode.SHRINKS


@pytest.mark.parametrize("text", CUT_SHORT.values(), ids=CUT_SHORT.keys())
def test_a_file_that_was_cut_short_fails_and_changes_nothing(text: str, tmp_path: Path) -> None:
    import_text(tmp_path, WHOLE)
    before = rows()
    for dry_run in (True, False):
        report = import_text(tmp_path, text, dry_run=dry_run)
        assert report.status is Status.FAILED
    assert rows() == before
    assert import_text(tmp_path, WHOLE).status is Status.UNCHANGED


@pytest.mark.parametrize(
    ("whole", "rest", "refused"),
    [
        ((1, 2, 3, 4, 5), (1, 2), True),
        ((1, 2, 3, 4, 5), (1, 2, 3), False),  # two
        ((1, 2, 3, 4), (4,), True),
        ((1, 2, 3), (), True),
        ((1, 2), (), False),  # fewer than three
        ((1,), (), False),
        ((1, 2, 3, 4, 5), (5, 4, 3, 2, 1), False),  # moved
    ],
)
def test_more_than_half_of_the_topics_and_at_least_three_are_refused(
    whole: tuple[int, ...], rest: tuple[int, ...], refused: bool, tmp_path: Path
) -> None:
    import_text(tmp_path, digest(*whole))
    assert is_refused(import_text(tmp_path, digest(*rest))) == refused
    assert Topic.objects.live().count() == len(whole if refused else rest)


def test_exactly_half_is_archived_as_ever(tmp_path: Path) -> None:
    six = digest(1, 2, 3, 4, 5) + "## 6. 话题6\n* **观点**: 第六个话题谈数据清洗\n"
    import_text(tmp_path, six)
    assert import_text(tmp_path, digest(1, 2, 3)).topics.archived == 3


def test_topics_that_a_merge_keeps_do_not_count_as_archived(tmp_path: Path) -> None:
    import_text(tmp_path, WHOLE)
    for topic in Topic.objects.filter(number__in=[4, 5]):
        edit_topic(topic, title=f"{topic.title}，改过")
    report = import_text(tmp_path, digest(1, 2))  # lacks three, of which two are kept
    assert (report.topics.archived, report.topics.kept) == (1, 2)


def test_topics_that_an_editor_deleted_are_neither_live_nor_lacking(tmp_path: Path) -> None:
    import_text(tmp_path, WHOLE)
    editing.delete_topics(Topic.objects.filter(number__in=[3, 4, 5]), by=None)
    assert import_text(tmp_path, digest(1, 2)).status is not Status.FAILED
    assert Topic.objects.live().count() == 2


def test_topics_that_were_archived_before_count_no_more(tmp_path: Path) -> None:
    import_text(tmp_path, WHOLE)
    import_text(tmp_path, digest(1, 2), may_shrink=True)
    assert import_text(tmp_path, digest(1)).topics.archived == 1
    import_text(tmp_path, WHOLE)
    assert Topic.objects.live().count() == 5


def test_a_renamed_file_is_no_shrunk_one(tmp_path: Path) -> None:
    import_text(tmp_path, WHOLE, name="a.md")
    (tmp_path / "a.md").rename(tmp_path / "b.md")
    (report,) = import_sources(find_sources([str(tmp_path)]), origin="test")
    assert report.status is Status.UPDATED
    assert DigestAlias.objects.get().slug == "a"


def test_the_other_files_of_a_run_go_on(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        import_text(tmp_path, WHOLE.replace("日报", name), name=f"{name}.md")
    (tmp_path / "a.md").write_text(digest(1, 2, 3, 4))
    (tmp_path / "b.md").write_text("---")
    (tmp_path / "c.md").write_text(WHOLE.replace("日报", "新题"))
    reports = list(import_sources(find_sources([str(tmp_path)]), origin="test"))
    assert [report.status.value for report in reports] == ["updated", "failed", "updated"]
    assert Digest.objects.get(slug="c").title == "新题"
    assert Digest.objects.get(slug="b").topics.live().count() == 5
    run = ImportRun.objects.order_by("-pk")[0]
    assert (run.updated, run.failed) == (2, 1)


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_command_names_the_option_that_allows_it(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "2024-07-11.md"
    import_text(tmp_path, WHOLE)
    path.write_text("---")
    with pytest.raises(SystemExit) as stop:
        call_command("import_digests", str(path), "--format", form)
    assert stop.value.code == 1
    told = capsys.readouterr()
    if form == "json":
        error = json.loads(told.out.splitlines()[0])["error"]
        assert (error["line"], error["code"]) == (1, "shrinks")
        assert "--allow-shrink" in error["message"]
    else:
        (line,) = told.err.splitlines()
        assert line.startswith(f"{path}:1: 5 个话题中有 5 个")
        assert "--allow-shrink" in line
    call_command("import_digests", str(path), "--allow-shrink", "--dry-run")
    assert Topic.objects.live().count() == 5
    call_command("import_digests", str(path), "--allow-shrink")
    assert Topic.objects.filter(status=TopicStatus.ARCHIVED).count() == 5


# In the admin


def send(client: Client, **files: str) -> str:
    """Post files in an archive, and return the address of the preview."""
    archive = zipped({f"{name}.md": text.encode() for name, text in files.items()})
    response = client.post(ADD, {"uploads": [SimpleUploadedFile("x.zip", archive)]})
    return str(response["Location"])


def test_the_preview_refuses_such_a_file_until_its_box_is_ticked(
    editor: Client, tmp_path: Path
) -> None:
    import_text(tmp_path, WHOLE, name="a.md")
    preview = send(editor, a="---")
    page = editor.get(preview).content.decode()
    assert "失败" in page
    assert 'name="allow_shrink" value="x.zip/a.md"' in page
    assert "允许" in page
    assert 'name="_import"' in page
    editor.post(preview, {"_import": "x"})
    assert Topic.objects.live().count() == 5
    preview = send(editor, a="---")
    editor.post(preview, {"_import": "x", "allow_shrink": "x.zip/a.md"})
    assert Topic.objects.live().count() == 0


def test_a_tick_allows_no_other_file(editor: Client, tmp_path: Path) -> None:
    import_text(tmp_path, WHOLE, name="a.md")
    import_text(tmp_path, WHOLE.replace("日报", "另一篇"), name="b.md")
    response = editor.post(
        send(editor, a="---", b=digest(1)), {"allow_shrink": "x.zip/b.md"}, follow=True
    )
    assert "并非所有文件都已导入" in response.content.decode()
    assert Digest.objects.get(slug="a").topics.live().count() == 5
    assert Digest.objects.get(slug="b").topics.live().count() == 1


def test_a_file_that_shrinks_only_after_the_preview_was_shown_is_refused(
    editor: Client, tmp_path: Path
) -> None:
    import_text(tmp_path, digest(1), name="a.md")
    preview = send(editor, a=digest(1))
    assert "allow_shrink" not in editor.get(preview).content.decode()
    import_text(tmp_path, WHOLE, name="a.md")
    editor.post(preview, {"_import": "x"})
    assert Topic.objects.live().count() == 5


def test_nobody_is_asked_about_a_file_that_shrinks_a_little(editor: Client, tmp_path: Path) -> None:
    import_text(tmp_path, WHOLE, name="a.md")
    page = editor.get(send(editor, a=digest(1, 2, 3))).content.decode()
    assert "allow_shrink" not in page
