"""(base, ours, theirs) → one value. Pure: knows no rows and no files.

Fields merge whole and sections are paired by text or title; what clashes keeps the editor's.
"""

from digests.merging.matching import Matching, match
from digests.merging.values import Merged, Outcome, merge, merge_markdown, merge_names

__all__ = ["Matching", "Merged", "Outcome", "match", "merge", "merge_markdown", "merge_names"]
