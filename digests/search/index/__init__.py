"""The search index: documents made of rows, and kept up to date with them."""

from digests.search.index.updating import refresh

__all__ = ["refresh"]
