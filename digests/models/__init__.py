"""Tables. What a person or a file wrote is stored as it was written; the rest is derived from it.

Derived (see `deriving`): points, citations, rendered HTML, references' titles and all counts.
They are rebuilt from the Markdown at any time and never edited.
"""

from digests.models.digests import Digest, DigestQuerySet, Point, Topic, TopicQuerySet
from digests.models.imports import ImportedDigest, ImportedFile, ImportedTopic, ImportRun
from digests.models.references import Citation, Reference, ReferenceQuerySet
from digests.models.tags import RejectedTag, Tag, TaggedDigest, TaggedTopic, TagQuerySet

__all__ = [
    "Citation",
    "Digest",
    "DigestQuerySet",
    "ImportRun",
    "ImportedDigest",
    "ImportedFile",
    "ImportedTopic",
    "Point",
    "Reference",
    "ReferenceQuerySet",
    "RejectedTag",
    "Tag",
    "TagQuerySet",
    "TaggedDigest",
    "TaggedTopic",
    "Topic",
    "TopicQuerySet",
]
