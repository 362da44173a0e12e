"""The parser: the text of a digest file to frozen values. Pure: no database, files or HTML.

What writes a digest finds here all but two modules: `headings` reads and rewrites the heading of a
topic, and `model` holds the parts of a body, which the renderer reads.
"""

from digests.parsing.body import parse_body
from digests.parsing.digest import parse_digest
from digests.parsing.encoding import decode, encode
from digests.parsing.front_matter import (
    YEARS,
    date_in_name,
    read_stand_ins,
    with_fields,
    with_values,
)
from digests.parsing.model import Message, ParsedDigest, ParsedTopic, ParseError, ParseWarning

__all__ = [
    "YEARS",
    "Message",
    "ParseError",
    "ParseWarning",
    "ParsedDigest",
    "ParsedTopic",
    "date_in_name",
    "decode",
    "encode",
    "parse_body",
    "parse_digest",
    "read_stand_ins",
    "with_fields",
    "with_values",
]
