import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from digests.importing.sources import FileSource
from digests.models import Digest, ImportRun, Topic
from digests.tests.files import SEED, SMALL, edit_topic, import_text, only_digest

pytestmark = pytest.mark.django_db


def _run(*arguments: object) -> int:
    """The exit status of the command."""
    try:
        call_command("import_digests", *map(str, arguments))
    except SystemExit as stop:
        return int(stop.code or 0)
    except CommandError as error:
        return error.returncode
    return 0


def test_without_a_path_the_seeds_are_imported() -> None:
    assert _run() == 0
    assert only_digest().slug == "2024-07-10"


def test_the_text_form_says_what_happened(capsys: pytest.CaptureFixture[str]) -> None:
    _run(SEED)
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith(f"{SEED}:13: ")
    assert out[0].endswith(" [bare-name]")
    assert out[-2] == f"{SEED}: 已新建 新增话题 10"
    assert "1" in out[-1]


def test_json_is_one_object_a_line_and_a_summary(capsys: pytest.CaptureFixture[str]) -> None:
    _run("--format", "json", SEED)
    first, last = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    warnings = first.pop("warnings")
    assert warnings[0] == {
        "line": 13,
        "code": "bare-name",
        "message": "“Adam-mini”只有名称，没有地址",
    }
    assert first == {
        "path": str(SEED),
        "status": "created",
        "digest": "2024-07-10",
        "topics": {
            "created": 10,
            "updated": 0,
            "unchanged": 0,
            "kept": 0,
            "archived": 0,
            "conflicts": 0,
        },
        "error": None,
    }
    assert last == {
        "summary": {
            "files": 1,
            "created": 1,
            "updated": 0,
            "unchanged": 0,
            "failed": 0,
            "conflicts": 0,
        }
    }


def test_importing_again_is_reported_as_unchanged(capsys: pytest.CaptureFixture[str]) -> None:
    _run(SEED)
    capsys.readouterr()
    assert _run("--format", "json", SEED) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (first["status"], first["topics"]["unchanged"]) == ("unchanged", 10)


def test_a_failed_file_is_named_with_its_line_and_the_status_is_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.md"
    bad.write_text("---\ntitle: x\ndate: 2024-13-45\n---\n")
    assert _run(bad, SEED) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith(f"{bad}:3: ")
    assert "2024-13-45" in captured.err
    assert Digest.objects.count() == 1


def test_a_failed_file_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--format", "json", tmp_path / "missing.md") == 1
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (first["status"], first["digest"], first["error"]["line"]) == ("failed", None, 1)
    assert first["error"]["message"]


def test_wrong_usage_has_status_2() -> None:
    command = [sys.executable, "manage.py", "import_digests", "--format", "xml"]
    environment = {**os.environ, "SECRET_KEY": "x", "KB_ENV_FILE": ""}
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True)
    assert done.returncode == 2


def test_a_dry_run_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--dry-run", "--format", "json", SEED) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["status"] == "created"
    assert not Digest.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_dry_run_says_what_would_become_of_each_topic(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import_text(tmp_path)
    edit_topic(Topic.objects.get(position=1), body="* **经验**: 编辑写的\n")
    path = tmp_path / "2024-07-11.md"
    path.write_text(SMALL.replace("召回率低", "召回率很低") + "## 3. 新话题\n甲\n")
    _run("--dry-run", path)
    assert capsys.readouterr().out.splitlines()[-5:-1] == [
        f"{path}: 已更新 新增话题 1，更新 1，保留编辑 1",
        "    在 RAG 中检索: 更新",
        "    其他: 保留编辑",
        "    新话题: 新建",
    ]


def test_quiet_is_quiet_but_for_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run("--quiet", SEED, tmp_path / "missing.md")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "missing.md:1: " in captured.err


@pytest.mark.parametrize(
    ("text", "slug", "title"),
    [
        (SMALL, "2024-07-11", "小结"),
        ("---\ndate: 2024-07-11T00:30:00+09:00\n---\n", "2024-07-10", "2024-07-10"),
        ("# 一个 标题\n", "一个-标题", "一个 标题"),
    ],
)
def test_standard_input_is_the_digest_of_its_day_or_title(
    monkeypatch: pytest.MonkeyPatch, text: str, slug: str, title: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert _run("-") == 0
    assert (only_digest().slug, only_digest().title) == (slug, title)


def test_standard_input_without_day_or_title_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert _run("-") == 1
    assert not Digest.objects.exists()


def test_first_imports_only_where_no_import_was_finished(tmp_path: Path) -> None:
    ImportRun.objects.create(origin="killed")
    _run("--first", SEED)
    assert Digest.objects.count() == 1
    other = tmp_path / "other.md"
    other.write_text(SMALL)
    _run("--first", other)
    assert Digest.objects.count() == 1


def test_messages_are_chinese_unless_english_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(tmp_path / "missing.md")
    assert "没有" in capsys.readouterr().err


def test_labels_of_no_known_kind_are_named_at_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.md").write_text("## 一\n* **背景**: 甲\n* **背景**: 乙\n")
    _run(tmp_path)
    assert "背景 ×2" in capsys.readouterr().out.splitlines()[-1]
    _run(tmp_path)
    assert "背景" not in capsys.readouterr().out


def test_a_run_that_finds_nothing_new_leaves_no_trace(tmp_path: Path) -> None:
    _run(SEED)
    _run(SEED)
    assert ImportRun.objects.count() == 1


def test_ctrl_c_is_one_line_and_keeps_what_was_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        (tmp_path / f"{number}.md").write_text(SMALL)
    monkeypatch.setattr("digests.importing.opening.BATCH_FILES", 1)
    read = FileSource.read

    def stop_at_the_last(source: FileSource) -> bytes:
        if source.slug == "2":
            raise KeyboardInterrupt
        return read(source)

    monkeypatch.setattr(FileSource, "read", stop_at_the_last)
    with pytest.raises(CommandError, match=r"\S") as stopped:
        call_command("import_digests", tmp_path)
    assert stopped.value.returncode == 130
    assert sorted(Digest.objects.values_list("slug", flat=True)) == ["0", "1"]
    assert ImportRun.objects.get().finished_at is None
