"""The search index: documents made of rows, and kept up to date with them."""

from digests.search.index.rebuilding import stale_digests, tidy
from digests.search.index.refreshing import refresh
from digests.search.index.repairing import repair

__all__ = ["refresh", "repair", "stale_digests", "tidy"]
