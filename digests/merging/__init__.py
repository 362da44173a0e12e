"""(base, ours, theirs) → one value. Pure: knows no rows and no files.

Fields merge whole, texts block by block, tags as sets and lists in one order; sections are paired
by text, title or similarity. What clashes keeps the editor's.
"""

from digests.merging.matching import Matching, match
from digests.merging.sequences import merge_order
from digests.merging.texts import merge_markdown
from digests.merging.values import Merged, Outcome, merge, merge_names

__all__ = [
    "Matching",
    "Merged",
    "Outcome",
    "match",
    "merge",
    "merge_markdown",
    "merge_names",
    "merge_order",
]
