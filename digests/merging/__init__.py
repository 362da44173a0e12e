"""Three-way merges: the last import's value (base), the editor's (ours), the new file's (theirs).

Plain fields merge whole, texts block by block, tags as sets, and lists by their order. Sections of
two files are paired by text, title or similarity. In a clash the editor's value stays. The package
is pure: it knows neither rows nor files.
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
