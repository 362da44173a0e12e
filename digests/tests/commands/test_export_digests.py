import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from digests import exporting
from digests.management.commands import export_digests
from digests.models import Digest, Topic
from digests.tests.files import SEED, SMALL, edit_topic, import_path, import_text
from digests.tests.statements import longest_statement

pytestmark = pytest.mark.django_db


def test_the_seed_comes_back_byte_for_byte(tmp_path: Path) -> None:
    import_path(SEED)
    call_command("export_digests", "--output", str(tmp_path / "new" / "folder"))
    assert (tmp_path / "new" / "folder" / SEED.name).read_bytes() == SEED.read_bytes()


def test_a_heading_that_ended_its_file_is_not_glued_to_the_text_that_an_editor_adds(
    tmp_path: Path,
) -> None:
    import_text(tmp_path, "## 1. 甲\n* 文字\n## 2. 乙")
    edit_topic(Topic.objects.get(title="乙"), body="* 新的文字\n")
    call_command("export_digests", "--output", str(tmp_path))
    exported = (tmp_path / "2024-07-11.md").read_text()
    assert exported.endswith("## 2. 乙\n* 新的文字\n")


def test_only_the_named_digests_are_written(tmp_path: Path) -> None:
    import_path(SEED)
    import_text(tmp_path)
    out = tmp_path / "out"
    call_command("export_digests", "2024-07-11", "--output", str(out))
    assert [path.name for path in out.iterdir()] == ["2024-07-11.md"]


def test_json_is_one_digest_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_text(tmp_path, SMALL)
    call_command("export_digests", "--format", "json")
    (line,) = capsys.readouterr().out.splitlines()
    digest = json.loads(line)
    assert set(digest) == {"slug", "title", "published_at", "tags", "citations", "topics"}
    assert (digest["slug"], digest["title"]) == ("2024-07-11", "小结")
    assert digest["published_at"] == "2024-07-11T09:00:00+08:00"
    assert digest["tags"] == ["RAG", "MCTS"]
    assert [citation["title"] for citation in digest["citations"]] == ["博客"]
    topic = digest["topics"][0]
    assert isinstance(topic.pop("id"), int)
    assert topic == {
        "number": 1,
        "position": 0,
        "title": "在 RAG 中检索",
        "tags": ["RAG"],
        "points": [
            {"label": "问题", "kind": "question", "text": "召回率低"},
            {"label": "结论", "kind": "conclusion", "text": "用混合检索"},
        ],
        "citations": [
            {
                "label": "论文",
                "kind": "paper",
                "title": "Toolformer",
                "url": "https://arxiv.org/abs/2302.04761v2",
                "reference": "arxiv:2302.04761",
                "inline": False,
            }
        ],
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["nope", "--format", "json"],
        ["--format", "markdown"],
        ["--check", "no-such-folder"],
        ["--check", ".", "--format", "json"],
        ["--check", ".", "--output", "x"],
        ["nope", "--check", "."],
    ],
)
def test_wrong_usage_has_status_2(arguments: list[str]) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("export_digests", *arguments)
    assert caught.value.returncode == 2


def test_the_number_of_queries_does_not_grow_with_the_digests(tmp_path: Path) -> None:
    counts = []
    for number in range(3):
        import_text(tmp_path, SMALL, name=f"{number}.md")
        with CaptureQueriesContext(connection) as queries:
            call_command("export_digests", "--format", "json")
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_a_batch_may_hold_more_references_and_tags_than_an_expression_of_sqlite_has_terms(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    links = [f"<https://example.org/{number}>" for number in range(1001)]
    names = [f"tag-{number}" for number in range(1001)]
    text = "\n".join([*links, "## 1. 甲", *links])
    import_text(tmp_path, f"---\ntags: {json.dumps(names)}\n---\n{text}\n{' '.join(names)}\n")
    call_command("export_digests", "--format", "json")
    digest = json.loads(capsys.readouterr().out)
    (topic,) = digest["topics"]
    assert [len(row["citations"]) for row in (digest, topic)] == [1001, 1001]
    assert [len(row["tags"]) for row in (digest, topic)] == [1001, 1001]


def _written(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


FORMS = {"markdown": ["--output", "{}"], "json": ["--format", "json", "--output", "{}/all.json"]}


def _export(form: str, folder: Path, *slugs: str) -> None:
    call_command("export_digests", *slugs, *(word.format(folder) for word in FORMS[form]))


def test_json_can_go_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_text(tmp_path, SMALL)
    call_command("export_digests", "--format", "json")
    _export("json", tmp_path / "new")
    assert _written(tmp_path / "new") == {"all.json": capsys.readouterr().out}


@pytest.mark.parametrize("form", FORMS)
def test_an_export_that_fails_leaves_the_former_file_whole_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    import_text(tmp_path, SMALL)
    out = tmp_path / "out"
    _export(form, out)
    before = _written(out)
    import_text(tmp_path, SMALL.replace("小结", "二"), name="2024-07-12.md")
    whole = getattr(export_digests, "digest_bytes" if form == "markdown" else "digest_json")

    def failing(digest: Digest) -> Any:
        if digest.slug == "2024-07-12":
            raise ConnectionError("gone")
        return whole(digest)

    monkeypatch.setattr(export_digests, whole.__name__, failing)
    with pytest.raises(CommandError):
        _export(form, out)
    assert _written(out) == before


@pytest.mark.parametrize("form", FORMS)
def test_what_a_killed_export_left_is_removed_by_the_next(tmp_path: Path, form: str) -> None:
    import_text(tmp_path, SMALL)
    _export(form, out := tmp_path / "out")
    before = _written(out)
    killed = f"""
import os, signal
from pathlib import Path
from digests.whole_files import whole_file
with whole_file(Path({str(out / next(iter(before)))!r}), {export_digests._PREFIX!r}) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", killed], cwd=settings.BASE_DIR, check=False)
    after = _written(out)
    assert sorted(after.values()) == sorted([*before.values(), "half"])
    assert {name: after[name] for name in before} == before
    _export(form, out)
    assert _written(out) == before


def test_an_exported_file_has_the_rights_of_the_former_and_else_those_of_any_new_file(
    tmp_path: Path,
) -> None:
    import_text(tmp_path, SMALL)
    _export("markdown", out := tmp_path / "out")
    (path,) = out.iterdir()
    (tmp_path / "new").touch()
    assert path.stat().st_mode == (tmp_path / "new").stat().st_mode
    path.chmod(0o600)
    path.rename(elsewhere := tmp_path / "elsewhere")
    path.symlink_to(elsewhere)
    _export("markdown", out)
    assert path.readlink() == elsewhere
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o600


@pytest.mark.parametrize("form", ["markdown", "json"])
def test_what_leaves_a_site_for_members_is_readable_by_its_owner_alone(
    tmp_path: Path, settings: Settings, form: str
) -> None:
    import_text(tmp_path, SMALL)
    settings.KB_LOGIN_REQUIRED = True
    _export(form, out := tmp_path / "new" / "out")
    written = [out, *out.iterdir()] if out.is_dir() else [out.parent, out]
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in written} == {0}
    (tmp_path / "else").touch()
    assert stat.S_IMODE((tmp_path / "else").stat().st_mode) & 0o044  # of this process, as before


def test_a_folder_or_a_pipe_gives_no_place_to_a_file(tmp_path: Path) -> None:
    import_text(tmp_path, SMALL)
    os.mkfifo(tmp_path / "pipe")
    for name in ("", "pipe"):
        with pytest.raises(CommandError):
            call_command("export_digests", "--format", "json", "--output", str(tmp_path / name))
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@pytest.mark.parametrize("arguments", [["--format", "json"], ["--output", "out"], ["--check", "."]])
def test_no_statement_grows_with_the_digests_or_their_topics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(export_digests, "_BATCH", 2)
    monkeypatch.setattr(exporting, "_TOPICS", 3)
    sizes = []
    for number in range(3):
        topics = "\n".join(f"## {n}. 题\n* **问题**: 甲" for n in range(3 * number + 3))
        for name in ("a", "b"):
            import_text(tmp_path, f"# {number}{name}\n{topics}\n", name=f"{number}{name}.md")
        slugs: list[str] = list(Digest.objects.values_list("slug", flat=True))
        for chosen in ([], slugs):
            with longest_statement() as longest:
                call_command("export_digests", *chosen, *arguments)
            sizes.append(longest.parameters)
    assert max(sizes[2:]) <= max(sizes[:2])


def _check(folder: Path, *slugs: str) -> int:
    """The exit status of --check."""
    try:
        call_command("export_digests", *slugs, "--check", str(folder))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def _import_three(folder: Path) -> None:
    (folder / "2024").mkdir()
    import_text(folder)
    import_text(folder, SMALL.replace("小结", "二").encode("gb18030"), name="b.md")
    above = SMALL.replace("小结", "上")  # its second byte in UTF-16 equals a line end
    import_text(folder, b"\xff\xfe" + above.encode("utf-16-le"), name="c.md")
    (folder / "c.md").rename(folder / "2024" / "c.md")
    Digest.objects.filter(slug="c").update(slug="2024-c")


def test_a_check_of_the_imported_files_finds_them_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _import_three(tmp_path)
    assert _check(tmp_path) == 0
    assert "3" in capsys.readouterr().out


def test_a_check_names_what_differs_with_its_first_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _import_three(tmp_path)
    edit_topic(Topic.objects.get(digest__slug="2024-c", number=2), title="新")
    (tmp_path / "2024-07-11.md").unlink()
    (tmp_path / "b.md").write_bytes((tmp_path / "b.md").read_bytes() + b"\r\n")
    (tmp_path / "d.md").touch()
    (tmp_path / "e.txt").touch()
    assert _check(tmp_path) == 1
    lines = capsys.readouterr().out.splitlines()
    places = [f"{tmp_path}/b.md:16:", f"{tmp_path}/d.md:1:", f"{tmp_path}/2024/c.md:14:"]
    assert [line.split(" ")[0] for line in lines] == [*places, "2024-07-11:"]
    assert "b" in lines[0].removeprefix(places[0])
    assert "2024-c" in lines[2].removeprefix(places[2])


def test_a_check_of_named_digests_looks_at_no_other_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _import_three(tmp_path)
    (tmp_path / "2024-07-11.md").write_text("other")
    (tmp_path / "d.md").touch()
    assert _check(tmp_path, "b", "2024-c") == 0
    assert _check(tmp_path, "b", "2024-07-11") == 1
    assert f"{tmp_path}/2024-07-11.md:1: " in capsys.readouterr().out


def test_a_file_that_cannot_be_read_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import_text(tmp_path)
    (tmp_path / "2024-07-11.md").unlink()
    (tmp_path / "2024-07-11.md").symlink_to(tmp_path / "gone")
    assert _check(tmp_path) == 1
    assert capsys.readouterr().out.startswith(f"{tmp_path}/2024-07-11.md:1: ")
