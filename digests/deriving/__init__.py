"""Derivation of HTML, points, citations, file tags, references and counts from the Markdown of
rows.

Both write doors call `derive` in their own transaction, within `counting`; `rebuild` calls them for
everything. Rows are compared before they are written, so deriving a second time changes nothing.
Many digests take as many queries as one.
"""

from digests.deriving.counting import Counted, Texts, counting, recount
from digests.deriving.digests import ReadDigest, derive, derive_rows, set_derived

__all__ = [
    "Counted",
    "ReadDigest",
    "Texts",
    "counting",
    "derive",
    "derive_rows",
    "recount",
    "set_derived",
]
