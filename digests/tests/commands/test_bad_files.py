"""Unreadable files: each costs one line on stderr, and all other files are imported."""

import io
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command
from PIL import Image
from pytest_django.fixtures import Settings

from digests.models import Digest, Topic
from digests.tests.files import SEED

pytestmark = pytest.mark.django_db

GOOD = "## 1. 甲\n* **问题**: 乙\n"
_CHINESE = re.compile("[\u4e00-\u9fff]")
_NOBODY = 65534
_EXECUTED = "executed"


@dataclass(frozen=True)
class Bad:
    """A way to make a bad file, and the lines that its error may name (1 if it has none)."""

    make: Callable[[Path], object]
    lines: tuple[int, ...] = (1,)


def _text(text: str, line: int = 1) -> Bad:
    return Bad(lambda path: path.write_text(text, encoding="utf-8", newline=""), (line,))


def _png() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((64, 64), 50).save(file, "PNG")
    return file.getvalue()[:1024]


def _folder(path: Path) -> None:
    path.mkdir()
    (path / "inside.md").write_text(GOOD)


_BOMB = "\n".join(
    f"{name}: &{name} [{', '.join([f'*{before}' if before else 'lol'] * 9)}]"
    for before, name in zip(["", *"abcdefgh"], "abcdefghi", strict=True)
)

BAD = {
    "broken YAML": _text("---\ntitle: x\ndate: 2024: 07\n---\n", 3),
    "YAML that is not closed": _text("---\ntitle: x\n\n## 1. 甲\n"),
    "TOML that is not closed": _text('+++\ntitle = "x"\n\n## 1. 甲\n'),
    "broken TOML": _text('+++\ntitle = "x"\ndate = = 2\n+++\n', 3),
    "an impossible date": _text("---\ntitle: x\ndate: 2024-13-45\n---\n", 3),
    "an impossible date in TOML": _text('+++\ntitle = "x"\ndate = "2024-13-45"\n+++\n', 3),
    "an empty file": _text(""),
    "only blanks": _text(" \n\t\n\n"),
    "a picture": Bad(lambda path: path.write_bytes(_png()), (1, 3, 4)),  # no UTF-8, or its NUL
    "a YAML bomb": _text(f"---\n{_BOMB}\ntitle: x\n---\n", 3),  # the first alias
    "a Python object": _text(
        f"---\ntitle: x\nmore: !!python/object/apply:os.system ['touch {_EXECUTED}']\n---\n", 3
    ),
    "NUL": _text("## 1. 甲\n乙\0丙\n", 2),
    "30 MB": Bad(lambda path: path.write_bytes(b"## 1. a\nb\n" * 3_000_000)),
    "a link to itself": Bad(lambda path: path.symlink_to(path)),
    "a link to nothing": Bad(lambda path: path.symlink_to(path.with_name("nothing"))),
    "a folder": Bad(_folder),
    "a pipe": Bad(os.mkfifo),
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("bad", [pytest.param(bad, id=name) for name, bad in BAD.items()])
def test_a_bad_file_is_one_line_with_its_reason_and_the_others_are_in(
    bad: Bad,
    language: str,
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings.LANGUAGE_CODE = language
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "in" / "2024-07-10.md"
    _put_good_files_around(path)
    bad.make(path)
    good = ["2024-07-09", "2024-07-11", *(["2024-07-10.md-inside"] if path.is_dir() else [])]

    assert _status_of_import(path.parent) == 1
    captured = capsys.readouterr()
    (line,) = captured.err.splitlines()
    found = re.fullmatch(rf"{re.escape(str(path))}:(\d+): (.+)", line)
    assert found, line
    assert int(found[1]) in bad.lines
    assert bool(_CHINESE.search(found[2])) is (language == "zh-hans")
    assert "Traceback" not in captured.out
    assert _slugs() == sorted(good)
    assert Topic.objects.count() == len(good)
    assert not Path(_EXECUTED).exists()


def test_a_folder_that_is_named_like_a_file_is_searched_when_it_is_named_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.md"
    _folder(path)
    assert _status_of_import(path) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{path}:1: ")
    assert _slugs() == ["inside"]


@pytest.mark.parametrize("is_folder", [False, True])
def test_what_may_not_be_read_is_one_line_and_the_others_are_in(
    capsys: pytest.CaptureFixture[str], is_folder: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:  # other users may not enter pytest's own folders
        folder = Path(name)
        path = folder / ("closed" if is_folder else "2024-07-10.md")
        folder.chmod(0o755)
        _put_good_files_around(path)
        _folder(path) if is_folder else path.write_text(GOOD)
        path.chmod(0)
        with _ordinary_user():
            status = _status_of_import(folder)
        path.chmod(0o700)
    (line,) = capsys.readouterr().err.splitlines()
    assert status == 1
    assert line.startswith(f"{path}:1: ")
    assert _CHINESE.search(line)
    assert _slugs() == ["2024-07-09", "2024-07-11"]


@contextmanager
def _ordinary_user() -> Iterator[None]:
    """Drop root's rights for a while, because root could read everything."""
    if os.geteuid() != 0:
        yield
        return
    # Import lazy modules first: the user "nobody" may have no right to read them.
    call_command("import_digests", "--dry-run", "--quiet", SEED)
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def _put_good_files_around(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    for name in ("2024-07-09.md", "2024-07-11.md"):
        path.with_name(name).write_text(GOOD)


def _status_of_import(path: Path) -> int:
    try:
        call_command("import_digests", "--quiet", path)
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def _slugs() -> list[str]:
    return sorted(Digest.objects.values_list("slug", flat=True))
