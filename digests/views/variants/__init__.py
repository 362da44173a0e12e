"""The pages as Markdown and as JSON, for scripts and language models."""

from digests.views.variants.answering import Variants, negotiated
from digests.views.variants.guide import llms, schema
from digests.views.variants.lists import reference, tag
from digests.views.variants.search import search
from digests.views.variants.texts import digest, topic

__all__ = [
    "Variants",
    "digest",
    "llms",
    "negotiated",
    "reference",
    "schema",
    "search",
    "tag",
    "topic",
]
