"""Derivation of HTML, points, citations, file tags, references and counts from the Markdown of
rows.

Both write doors call `derive` in their own transaction; `rebuild` calls it for everything. Rows are
compared before they are written, so deriving a second time changes nothing. Many digests take as
many queries as one.
"""

from digests.deriving.counts import hanging_on, refresh_counts
from digests.deriving.digests import (
    ReadDigest,
    derive,
    derive_all,
    derive_rows,
    refresh_tag_counts,
    set_derived,
)
from digests.deriving.references import refresh_references

__all__ = [
    "ReadDigest",
    "derive",
    "derive_all",
    "derive_rows",
    "hanging_on",
    "refresh_counts",
    "refresh_references",
    "refresh_tag_counts",
    "set_derived",
]
