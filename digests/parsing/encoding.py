"""Lossless decoding of a file's bytes: UTF-8, UTF-16 or GB18030, and back to the same bytes."""

import codecs
import re

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests import markdown
from digests.parsing.model import Message, ParseError

# Python's codec "utf-8-sig" writes the byte order mark by itself; "utf-16-le" and "-be" do not.
_UTF16_MARKS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
_MARKS = {"utf-8-sig": codecs.BOM_UTF8, **_UTF16_MARKS}
_NARROW = re.compile("[\x80-\u07ff]")  # two bytes of UTF-8
_WIDE = re.compile("[\u0800-\ufffc\ufffe-\U0010ffff]")  # three or four
_REPLACEMENT = "\ufffd"


def decode(data: bytes) -> tuple[str, str]:
    """Detect the encoding, and return the text with the encoding's name for `encode`.

    Tries UTF-8, then UTF-16 with a byte order mark, then GB18030. Raises ParseError for anything
    else, and for UTF-8 with some broken bytes.
    """
    encoding = next((name for name, mark in _MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        text = _decoded(data, encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8" or _is_broken_utf8(data):
            name = encoding.removesuffix("-sig").upper()
            message = _("this is not {encoding}, in column {column}")
            raise _undecodable(error, message, encoding=name) from error
        text, encoding = _gb18030(data), "gb18030"
    return text, encoding


def encode(text: str, encoding: str) -> bytes:
    """The inverse of `decode`."""
    return _UTF16_MARKS.get(encoding, b"") + text.encode(encoding)


def _decoded(data: bytes, encoding: str) -> str:
    text = data.decode(encoding)
    return text[1:] if encoding in _UTF16_MARKS else text


def _gb18030(data: bytes) -> str:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        message = _("the text is neither UTF-8 nor GB18030, in column {column}")
        raise _undecodable(error, message) from error
    if encode(text, "gb18030") != data:
        raise ParseError(_("the bytes of this file would not come back from GB18030"))
    return text


def _is_broken_utf8(data: bytes) -> bool:
    """True if bytes that do not decode as UTF-8 are UTF-8 with a few broken ones.

    Read as UTF-8, Chinese in GB18030 has three broken bytes in two characters, a valid two-byte
    sequence by chance in one of five, and a longer one in one of fifty. So longer sequences prove
    UTF-8 if there are more of them than broken bytes; two-byte ones must be nine times as many.
    """
    text = data.decode("utf-8", "replace")
    broken = text.count(_REPLACEMENT) - data.count(_REPLACEMENT.encode())
    wide, narrow = len(_WIDE.findall(text)), len(_NARROW.findall(text))
    return wide > broken or wide + narrow > 9 * broken


def _undecodable(error: UnicodeDecodeError, message: Message, **values: str) -> ParseError:
    before = error.object[: error.start].decode(error.encoding, "replace").removeprefix("\ufeff")
    line, column = markdown.end_of(before)
    return ParseError(format_lazy(message, column=column, **values), line)
