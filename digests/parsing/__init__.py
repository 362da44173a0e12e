"""The parser: the text of a digest file to frozen values. Pure: no database, files or HTML."""

from digests.parsing.body import parse_body
from digests.parsing.digest import parse_digest
from digests.parsing.encoding import decode, encode
from digests.parsing.front_matter import YEARS, with_fields, with_values
from digests.parsing.headings import (
    MAX_NUMBER,
    Heading,
    heading_content,
    is_same_level,
    number_as_written,
    read_heading,
    section_count,
    with_heading,
)
from digests.parsing.model import (
    ListedItem,
    Message,
    ParsedBody,
    ParsedCitation,
    ParsedDigest,
    ParsedPoint,
    ParsedTopic,
    ParseError,
    ParseWarning,
    Part,
    Prose,
)

__all__ = [
    "MAX_NUMBER",
    "YEARS",
    "Heading",
    "ListedItem",
    "Message",
    "ParseError",
    "ParseWarning",
    "ParsedBody",
    "ParsedCitation",
    "ParsedDigest",
    "ParsedPoint",
    "ParsedTopic",
    "Part",
    "Prose",
    "decode",
    "encode",
    "heading_content",
    "is_same_level",
    "number_as_written",
    "parse_body",
    "parse_digest",
    "read_heading",
    "section_count",
    "with_fields",
    "with_heading",
    "with_values",
]
