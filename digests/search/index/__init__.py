"""The search index: documents made of rows, and kept up to date with them."""

from digests.search.index.rebuilding import repair, stale_digests, tidy
from digests.search.index.refreshing import refresh

__all__ = ["refresh", "repair", "stale_digests", "tidy"]
