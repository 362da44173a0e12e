from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from unicodedata import normalize

import pytest
from django.utils.translation import override

from digests.importing import FileReport, LinkSource, find_sources, sources
from digests.importing.opening import opened_batches
from digests.importing.sources import FileSource, MemorySource
from digests.parsing import ParseError


def test_a_folder_is_searched_to_the_bottom_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.md", "2024/07/10.md", "notes/index.md", "a.markdown", "x.txt", ".git/c.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    slugs = [source.slug for source in find_sources([str(tmp_path)])]
    assert slugs == ["a", "b", "2024-07-10", "notes"]


def test_a_source_is_yielded_before_the_next_path_is_searched(tmp_path: Path) -> None:
    paths = iter([str(tmp_path / "a.md"), str(tmp_path)])
    assert next(find_sources(paths)).slug == "a"
    assert list(paths) == [str(tmp_path)]


@pytest.mark.parametrize("named", ["", "x.md"])
def test_a_folder_named_like_a_file_is_no_file_but_is_searched(tmp_path: Path, named: str) -> None:
    (tmp_path / "x.md").mkdir()
    (tmp_path / "x.md" / "y.md").write_text("文字")
    folder, file = find_sources([str(tmp_path / named)])
    assert (folder.path, file.path) == (str(tmp_path / "x.md"), str(tmp_path / "x.md" / "y.md"))
    assert file.read()
    with pytest.raises(ParseError):
        folder.read()


def test_a_path_that_no_system_allows_is_a_source_that_cannot_be_read() -> None:
    (source,) = find_sources(["x" * 5000])
    with pytest.raises(ParseError) as refused:
        source.read()
    with override("en"):
        assert str(refused.value.message) == "its path is too long"


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    assert [source.slug for source in find_sources([str(tmp_path)])] == ["a"]


def test_a_link_out_of_the_folder_or_to_a_hidden_file_is_left_out_with_a_warning(
    tmp_path: Path,
) -> None:
    folder, other = tmp_path / "folder", tmp_path / "other"
    (folder / "deep" / ".git").mkdir(parents=True)
    other.mkdir()
    for path in (folder / ".env", folder / "deep" / ".git" / "config", other / "b.md"):
        path.write_text("SECRET_KEY=x")
    (folder / "a.md").touch()
    for name, target in {
        "env.md": ".env",
        "config.md": "deep/.git/config",
        "up.md": "../other/b.md",
        "absolute.md": str(other / "b.md"),
        "twice.md": "up.md",
        "linked": str(other),
        "hidden": "deep/.git",
    }.items():
        (folder / name).symlink_to(target)
    (folder / "same.md").symlink_to("a.md")
    (folder / "text.txt").symlink_to(".env")

    found = list(find_sources([str(folder)]))

    left_out = {Path(each.path).name for each in found if isinstance(each, LinkSource)}
    names = {"env.md", "config.md", "up.md", "absolute.md", "twice.md", "linked", "hidden"}
    assert left_out == names
    assert [each.slug for each in found if not isinstance(each, LinkSource)] == ["a", "same"]
    (report,) = opened_batches([each for each in found if Path(each.path).name == "env.md"])
    assert isinstance(report[0], FileReport)
    assert [warning.code for warning in report[0].warnings] == ["link-left-out"]


def test_a_link_that_is_named_itself_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "b.md").symlink_to("a.txt")
    (source,) = find_sources([str(tmp_path / "b.md")])
    assert source.read() == b"x"


def test_a_file_named_alone_has_its_name_as_slug(tmp_path: Path) -> None:
    (source,) = find_sources([str(tmp_path / "2024-07-10.md")])
    assert source.slug == "2024-07-10"


def test_a_file_that_is_named_by_its_folder_and_by_itself_is_one(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.touch()
    assert [source.path for source in find_sources([str(tmp_path), str(path)])] == [str(path)]


@pytest.mark.parametrize("name", ["Café", "밥", "が-2024"])
def test_two_spellings_of_a_name_are_one_digest(tmp_path: Path, name: str) -> None:
    nfc, nfd = (normalize(form, name) for form in ("NFC", "NFD"))
    assert nfc != nfd
    assert FileSource(f"{nfd}.md", nfd).slug == nfc
    assert MemorySource(f"a.zip/{nfd}.md", nfd, b"", datetime.now(UTC)).name == nfc
    (tmp_path / nfd).mkdir()
    (tmp_path / nfd / f"{nfd}.md").touch()
    assert [s.slug for s in find_sources([str(tmp_path)])] == [f"{nfc}-{nfc}"]


@pytest.mark.parametrize("times", [1, 2])
def test_a_file_that_grows_while_it_is_read_is_read_once_more_and_then_fails(
    times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\n")
    left = [times]

    def read(file: BinaryIO) -> bytes:
        data = file.read()
        if left[0]:
            left[0] -= 1
            path.write_text(path.read_text() + "title: x\n---\n")
        return data

    monkeypatch.setattr(sources, "_read_limited", read)
    (source,) = find_sources([str(path)])
    if times == 1:
        assert source.read() == b"---\ntitle: x\n---\n"
    else:
        with pytest.raises(ParseError) as refused, override("en"):
            source.read()
        with override("en"):
            assert "changes while it is read" in str(refused.value.message)
