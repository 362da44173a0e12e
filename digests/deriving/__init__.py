"""Markdown in rows → derived rows: HTML, points, citations, file tags, references, counts.

Both write doors call `derive` in their own transaction, `rebuild` calls it for everything. It
compares before it writes, so that deriving what is already derived changes nothing. All of it
works on many digests at once, in a number of queries that does not depend on theirs.
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
