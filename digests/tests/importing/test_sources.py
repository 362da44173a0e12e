from pathlib import Path

import pytest
from django.utils.translation import override

from digests.importing import find_sources
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


def test_a_file_named_alone_has_its_name_as_slug(tmp_path: Path) -> None:
    (source,) = find_sources([str(tmp_path / "2024-07-10.md")])
    assert source.slug == "2024-07-10"


def test_a_file_that_is_named_by_its_folder_and_by_itself_is_one(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.touch()
    assert [source.path for source in find_sources([str(tmp_path), str(path)])] == [str(path)]
