"""Every line of docs/limits.md has the number that the code has, and a test one beyond it."""

import re
from datetime import UTC
from importlib import import_module
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings

from digests.admin import uploads as uploads_page
from digests.changes.editing import MAX_MARKDOWN_BYTES
from digests.importing import sources, uploads
from digests.markdown import dialect, extensions
from digests.models import Tag
from digests.pages.editor import images
from digests.pages.feeds import atom, queries
from digests.pages.parts.rows import LONGEST_TITLE
from digests.parsing import ParseError, limits
from digests.parsing.front_matter import known_keys, read_front_matter
from digests.rendering import MOST_OF_TEXT
from digests.search.language import parser

# The documents are of both, but the application does not import the project.
bodies, throttle = map(import_module, ("kb.bodies", "kb.throttle"))

_KB, _MB = 1024, 1024 * 1024
_PARSING = "parsing/test_limits.py::test_"
_BODIES = "../../kb/tests/test_bodies.py::test_"
_LOGINS = "../../kb/tests/test_throttle.py::test_"
# By name: the limit, its unit, and the test that goes beyond.
LIMITS = {
    "file-bytes": (sources.MAX_BYTES, _MB, "test_limits.py::test_a_file_of_a_byte_too_many"),
    "front-matter-bytes": (
        *(known_keys.MAX_BYTES, _KB),
        "test_limits.py::test_a_front_matter_of_a_byte_too_many",
    ),
    "file-topics": (limits.MOST_TOPICS, 1, f"{_PARSING}a_topic_too_many"),
    "file-points": (limits.MOST_POINTS, 1, f"{_PARSING}a_point_too_many"),
    "file-references": (limits.MOST_REFERENCES, 1, f"{_PARSING}a_reference_too_many"),
    "file-footnotes": (limits.MOST_FOOTNOTES, 1, f"{_PARSING}a_footnote_too_many"),
    "file-tokens": (limits.MOST_TOKENS, 1, f"{_PARSING}a_block_too_many"),
    "definitions": (dialect._MOST_OF_DEFINITIONS, 10**6, f"{_PARSING}links_to_a_long_definition"),
    "tag-length": (
        *(Tag._meta.get_field("name").max_length or 0, 1),
        "importing/test_import.py::test_a_tag_that_is_too_long",
    ),
    "text-bytes": (MAX_MARKDOWN_BYTES, _KB, "pages/test_editor.py::test_a_text_that_is_too_long"),
    "quotes": (dialect._DEEPEST_QUOTE, 1, "markdown/test_dialect.py::test_quotes_deeper"),
    "brackets": (dialect._DEEPEST_BRACKET, 1, "markdown/test_dialect.py::test_brackets_deeper"),
    "formula": (extensions._LONGEST, 1, "markdown/test_extensions.py::test_prices"),
    "upload-files": (uploads.MAX_FILES, 1, "importing/test_uploads.py::test_"),
    "upload-bytes": (uploads.MAX_UPLOAD_BYTES, _MB, "admin/test_imports.py::test_nothing"),
    "picture-bytes": (images.MAX_BYTES, _MB, "test_limits.py::test_a_picture_of_a_byte"),
    "text-name": (uploads_page._NAME_LENGTH, 1, "admin/test_imports.py::test_a_name_of_a_pasted"),
    "body": (bodies.SMALL, _KB, f"{_BODIES}a_body_of_a_byte_too_many"),
    "body-form": (bodies.OF_FORM, _MB, f"{_BODIES}a_body_of_a_byte_too_many"),
    "body-upload": (bodies.OF_UPLOAD, _MB, f"{_BODIES}a_body_of_a_byte_too_many"),
    "login-account": (throttle.MOST_OF_ACCOUNT, 1, f"{_LOGINS}after_ten_failures"),
    "login-address": (throttle.MOST_OF_ADDRESS, 1, f"{_LOGINS}after_thirty_failures"),
    "query-length": (
        *(parser.QUERY_LENGTH, 1),
        "search/language/test_parser.py::test_a_word_that_the_end_of_a_long_query",
    ),
    "word-length": (
        *(parser.WORD_LENGTH, 1),
        "search/language/test_parser.py::test_a_long_word_is_shortened",
    ),
    "page-text": (MOST_OF_TEXT, 10**6, "pages/test_sizes.py::test_the_page_of_a_text"),
    "feed-bytes": (atom.MOST_BYTES, 10**6, "pages/test_sizes.py::test_a_feed_holds"),
    "feed-entries": (queries.ENTRIES, 1, "pages/feeds/test_feeds.py::test_feeds_hold_no_more"),
    "title-length": (LONGEST_TITLE, 1, "pages/test_sizes.py::test_a_long_title"),
}


@pytest.mark.parametrize("document", ["limits.md", "limits.zh-CN.md"])
def test_every_line_of_the_document_is_a_limit_of_the_code(document: str) -> None:
    text = (Path(settings.BASE_DIR) / "docs" / document).read_text()
    lines = re.findall(r"^\| `([a-z-]+)` \| ([\d.,]+)", text, re.MULTILINE)
    assert {name: float(number.replace(",", "")) for name, number in lines} == {
        name: limit / unit for name, (limit, unit, _) in LIMITS.items()
    }


@pytest.mark.parametrize("name", LIMITS)
def test_every_limit_has_a_test_one_beyond(name: str) -> None:
    path, _, test = LIMITS[name][2].partition("::")
    assert f"def {test}" in (Path(__file__).parent / path).read_text()


def test_a_file_of_a_byte_too_many_is_refused() -> None:
    assert len(sources._read_limited(BytesIO(bytes(sources.MAX_BYTES)))) == sources.MAX_BYTES
    with pytest.raises(ParseError, match="10"):
        sources._read_limited(BytesIO(bytes(sources.MAX_BYTES + 1)))


def test_a_front_matter_of_a_byte_too_many_is_refused() -> None:
    frame = "---\na: \n---\n"
    room = known_keys.MAX_BYTES - len(frame)
    text = f"---\na: {'x' * room}\n---\n"
    assert read_front_matter(text, UTC).raw == text
    with pytest.raises(ParseError, match="256"):
        read_front_matter(f"---\na: {'x' * (room + 1)}\n---\n", UTC)


def test_a_picture_of_a_byte_too_many_is_refused() -> None:
    with pytest.raises(images.ImageError, match="5 MB"):
        images.clean_image(BytesIO(), images.MAX_BYTES + 1)
