"""The Atom feeds: what is new, with its full text, for feed readers."""

from digests.feeds.views import digests, label, questions, reference, search, tag, topics

__all__ = ["digests", "label", "questions", "reference", "search", "tag", "topics"]
