"""Search results as pages request and show them."""

from digests.search.results.find import best_named, newest, search, suggest
from digests.search.results.model import Results

__all__ = ["Results", "best_named", "newest", "search", "suggest"]
