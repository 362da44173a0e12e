"""Uploads: an editor's files become the sources of an import, or are refused with a message."""

import io
import stat
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from digests.importing import UploadError, read_uploads, uploads
from digests.importing.sources import MemorySource
from digests.tests.archives import zipped

MEGABYTE = 1024 * 1024


def _read(content: bytes, name: str = "群聊.zip") -> list[MemorySource]:
    return read_uploads([(name, io.BytesIO(content))])


def _slugs(files: Mapping[str, bytes], *, encoding: str = "utf-8") -> list[str | None]:
    return [source.slug for source in _read(zipped(files, encoding=encoding))]


def _refused(content: bytes, name: str = "群聊.zip") -> str:
    with pytest.raises(UploadError) as refused:
        _read(content, name)
    with override("en"):
        return str(refused.value.message)


def test_a_file_has_the_slug_that_it_would_have_if_it_were_named_to_the_command() -> None:
    (source,) = _read(b"text", "2024-07-10.md")
    assert (source.path, source.slug, source.name) == ("2024-07-10.md", "2024-07-10", "2024-07-10")
    assert source.read() == b"text"
    assert abs(source.modified_at() - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_files_of_an_archive_are_found_as_in_a_folder() -> None:
    files = ["b.md", "2024/07/10.md", "notes/index.md", "a.markdown", "x.txt", ".git/c.md"]
    files += ["notes/.hidden.md", "__MACOSX/._b.md", "__MACOSX/b.md", "./c.MD"]
    found = _slugs(dict.fromkeys(files, b""))
    assert found == ["a", "b", "c", "2024-07-10", "notes"]


def test_the_one_folder_that_holds_everything_is_the_folder_that_was_packed() -> None:
    assert _slugs({"群聊/2024/07/10.md": b"", "群聊/11.md": b""}) == ["11", "2024-07-10"]
    assert _slugs({"群聊/10.md": b"", "群聊/11.md": b"", "__MACOSX/群聊/._10.md": b""}) == [
        "10",
        "11",
    ]
    assert _slugs({"群聊/10.md": b"", "说明.txt": b""}) == ["群聊-10"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8 without a flag", "gb18030"])
def test_chinese_names_are_read_whatever_system_packed_them(encoding: str) -> None:
    assert _slugs(
        {"群聊/摘要.md": b"", "群聊/联通.md": b"", "群聊/𠮷.md": b""}, encoding=encoding
    ) == [
        "摘要",
        "联通",
        "𠮷",
    ]


def test_a_name_cannot_lead_out_of_the_archive() -> None:
    names = ["../x.md", "a/../../y.md", "/etc/z.md", "..\\w.md", "c\\d.md"]
    assert _slugs(dict.fromkeys(names, b"")) == ["c-d", "etc-z"]


def test_a_link_in_an_archive_is_no_file() -> None:
    target = io.BytesIO()
    with ZipFile(target, "w") as archive:
        link = ZipInfo("passwords.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.md", "")
    assert [source.slug for source in _read(target.getvalue())] == ["a"]


def test_an_archive_is_known_by_its_content_too() -> None:
    assert [source.path for source in _read(zipped({"a.md": b""}), "群聊.bin")] == ["群聊.bin/a.md"]


def test_a_file_in_an_archive_has_its_date_if_that_can_be_true() -> None:
    target = io.BytesIO()
    with ZipFile(target, "w") as archive:
        for name, date in {
            "good.md": (2024, 7, 10, 19, 31, 56),
            "none.md": (1980, 1, 1, 0, 0, 0),
            "nonsense.md": (2024, 15, 31, 0, 0, 0),
            "tomorrow.md": (2107, 12, 31, 0, 0, 0),
        }.items():
            archive.writestr(ZipInfo(name, date), "")
    good, *others = _read(target.getvalue())
    assert good.modified_at() == datetime(2024, 7, 10, 11, 31, 56, tzinfo=UTC)
    for source in others:
        assert abs(source.modified_at() - datetime.now(UTC)) < timedelta(minutes=1)


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    bomb = zipped({f"{number}.md": bytes(MEGABYTE) for number in range(100)})
    assert len(bomb) < MEGABYTE
    assert "more than 5 MB" in _refused(bomb)
    assert "more than 5 MB" in _refused(zipped({"a.md": bytes(5 * MEGABYTE + 1)}))


def test_the_limit_is_one_for_all_that_is_sent() -> None:
    half = bytes(3 * MEGABYTE)
    with pytest.raises(UploadError):
        read_uploads([("a.md", io.BytesIO(half)), ("b.zip", io.BytesIO(zipped({"c.md": half})))])
    assert len(read_uploads([("a.md", io.BytesIO(half))])) == 1


def test_an_archive_that_lies_about_its_sizes_unpacks_to_no_more_than_it_says() -> None:
    honest = zipped({"a.md": bytes(MEGABYTE)})
    size = MEGABYTE.to_bytes(4, "little")
    assert "cannot be read" in _refused(honest.replace(size, (10).to_bytes(4, "little")))


def test_a_method_that_unpacks_without_a_limit_is_refused() -> None:
    assert "ordinary zip" in _refused(zipped({"a.md": bytes(MEGABYTE)}, method=ZIP_BZIP2))


def test_too_many_files_are_refused() -> None:
    files = {f"{number}.md": b"" for number in range(uploads.MAX_FILES + 1)}
    assert "more than 500 files" in _refused(zipped(files))
    files.popitem()
    assert len(_read(zipped(files))) == 500


def test_an_encrypted_archive_is_refused() -> None:
    plain = bytearray(zipped({"a.md": b"text"}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        plain[plain.index(signature) + flags] |= 1
    assert _refused(bytes(plain)) == "群聊.zip is encrypted."


def test_an_archive_without_digests_is_refused() -> None:
    assert "no .md" in _refused(zipped({}))
    assert "no .md" in _refused(zipped({"a.txt": b"", "folder/": b""}))


def test_an_archive_in_an_archive_is_refused() -> None:
    assert "another archive" in _refused(zipped({"a.md": b"", "b/c.ZIP": zipped({})}))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"no archive", zipped({"a.md": b"x"})[:-9]]
)
def test_a_broken_archive_is_refused(content: bytes) -> None:
    assert _refused(content) == "群聊.zip cannot be read as a zip archive."


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(UploadError):
        read_uploads([("a.md", io.BytesIO(b"1")), ("a.md", io.BytesIO(b"2"))])


_WHOLE = zipped({"群聊/a.md": b"text " * 50, "群聊/b.md": b"other"}, method=ZIP_DEFLATED)


@given(st.lists(st.tuples(st.integers(0, len(_WHOLE) - 1), st.integers(0, 255)), max_size=8))
def test_whatever_is_wrong_with_an_archive_is_an_upload_error(
    changes: list[tuple[int, int]],
) -> None:
    damaged = bytearray(_WHOLE)
    for place, byte in changes:
        damaged[place] = byte
    try:
        sources = _read(bytes(damaged))
    except UploadError:
        return
    assert all(isinstance(source.read(), bytes) for source in sources)


@pytest.mark.parametrize(
    ("name", "path", "slug"),
    [
        ("", "-", None),
        ("2024-07-10", "2024-07-10.md", "2024-07-10"),
        ("2024-07-10.markdown", "2024-07-10.markdown", "2024-07-10"),
        ("周报 v1.2", "周报 v1.2.md", "周报 v1.2"),
        ("a/b.md", "a/b.md", "b"),
    ],
)
def test_a_pasted_text_may_have_a_name(name: str, path: str, slug: str | None) -> None:
    (source,) = read_uploads([], "## 一\r\n甲\r\n", name)
    assert (source.path, source.slug) == (path, slug)
    assert source.read() == "## 一\n甲\n".encode()


def test_nothing_is_no_source() -> None:
    assert read_uploads([], " \r\n") == []
