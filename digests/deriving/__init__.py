"""Derivation of HTML, points, citations, file tags, references and counts from the Markdown of
rows.

Both write doors call `derive` and `change_counts` in their own transaction; `rebuild` derives
everything. Rows are compared before they are written, so deriving a second time changes nothing.
Many digests take as many queries as one.
"""

from digests.deriving.counting import Counted, Uses, change_counts, counting, recount
from digests.deriving.digests import (
    DERIVED_OF_TOPIC,
    ReadDigest,
    derive,
    derive_rows,
    derive_topic,
    set_derived,
)

__all__ = [
    "DERIVED_OF_TOPIC",
    "Counted",
    "ReadDigest",
    "Uses",
    "change_counts",
    "counting",
    "derive",
    "derive_rows",
    "derive_topic",
    "recount",
    "set_derived",
]
