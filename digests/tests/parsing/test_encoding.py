import contextlib
from datetime import UTC

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from digests.parsing import ParseError, decode, encode, parse_digest
from digests.tests.files import SEED

CHINESE = SEED.read_text("utf-8")
MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "gb18030"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", ["中文 text\r\n", "𠀀：“引”\n中", CHINESE])
def test_a_text_is_read_and_written_in_its_encoding(text: str, encoding: str) -> None:
    data = MARKS.get(encoding, b"") + text.encode(encoding)
    assert decode(data) == (text, encoding)
    assert encode(text, encoding) == data


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "utf-16-be"])
def test_a_mark_alone_comes_back(encoding: str) -> None:
    assert decode(encode("", encoding)) == ("", encoding)
    assert decode(encode("\ufeff中", encoding)) == ("\ufeff中", encoding)


@pytest.mark.parametrize("line", [line for line in CHINESE.splitlines() if not line.isascii()][:40])
def test_one_line_of_chinese_is_known_for_gb18030(line: str) -> None:
    assert decode(line.encode("gb18030")) == (line, "gb18030")


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"a\nb\n\0", 3, ["NUL", "column 1"]),
        ("中文\n中\0".encode("gb18030"), 2, ["NUL", "column 2"]),
        ("中\n中文\0".encode("utf-16"), 2, ["NUL", "column 3"]),
        (b"\xff\xfe\0\0a\0\0\0", 1, ["NUL", "column 1"]),  # UTF-32
        (b"\x89PNG\r\n\x1a\n\0\0", 3, ["NUL"]),
        (b"\xff\xff\xff", 1, ["neither", "column 1"]),
        ("中文\n".encode("gb18030") + b"a\xff", 2, ["neither", "column 2"]),
        (b"\xef\xbb\xbfa\n\xd6\xd0", 2, ["UTF-8", "column 1"]),
        (b"\xff\xfea\0\n\0b", 2, ["UTF-16-LE", "column 1"]),
        (b"\xff\xfea\0b", 1, ["UTF-16-LE", "column 2"]),
        (b"\xfe\xff\0a\xd8\x00\0a", 1, ["UTF-16-BE"]),
        ("好的\n中文".encode() + b"\xd6\xd0\n", 2, ["not UTF-8", "column 3"]),
        ("这是一个被截断的文件".encode()[:-1], 1, ["not UTF-8", "column 10"]),
        ("naïve café à Köln über où ça été là".encode() + b"\xe9", 1, ["not UTF-8", "column 36"]),
    ],
)
def test_what_cannot_be_read_is_an_error_with_line_and_column(
    data: bytes, line: int, words: list[str]
) -> None:
    with pytest.raises(ParseError) as caught:
        parse_digest(decode(data)[0], name="x", zone=UTC)
    assert caught.value.line == line
    with override("en"):
        assert all(word in str(caught.value.message) for word in words)


@pytest.mark.parametrize("cut", range(1, 200))
def test_a_truncated_file_is_never_taken_for_gb18030(cut: int) -> None:
    data = CHINESE.encode()[:-cut]
    with contextlib.suppress(ParseError):
        assert decode(data)[1] == "utf-8"


@given(st.binary() | st.text(max_size=9).map(lambda text: text.encode("gb18030", "replace")))
def test_any_bytes_come_back_or_are_an_error(data: bytes) -> None:
    with contextlib.suppress(ParseError):
        assert encode(*decode(data)) == data
