"""Tables. What a person or a file wrote is stored as it was written; the rest is derived from it.

Derived (see `deriving`): points, citations, rendered HTML, references' titles, all counts, and
what is searched (see `search`).
They are rebuilt from the Markdown at any time and never edited.
"""

from digests.models.digests import (
    Digest,
    DigestAlias,
    DigestQuerySet,
    Point,
    PointQuerySet,
    Topic,
    TopicQuerySet,
)
from digests.models.feeds import FeedToken, Installation, installation_key
from digests.models.history import Conflict, Revision
from digests.models.imports import (
    ImportedDigest,
    ImportedFile,
    ImportedTopic,
    ImportRun,
    StagedFile,
    StagedImport,
)
from digests.models.readers import Reader
from digests.models.references import Citation, CitationQuerySet, Reference, ReferenceQuerySet
from digests.models.search import SearchDocument, SearchWord
from digests.models.tags import RejectedTag, Tag, TaggedDigest, TaggedTopic, TagQuerySet

__all__ = [
    "Citation",
    "CitationQuerySet",
    "Conflict",
    "Digest",
    "DigestAlias",
    "DigestQuerySet",
    "FeedToken",
    "ImportRun",
    "ImportedDigest",
    "ImportedFile",
    "ImportedTopic",
    "Installation",
    "Point",
    "PointQuerySet",
    "Reader",
    "Reference",
    "ReferenceQuerySet",
    "RejectedTag",
    "Revision",
    "SearchDocument",
    "SearchWord",
    "StagedFile",
    "StagedImport",
    "Tag",
    "TagQuerySet",
    "TaggedDigest",
    "TaggedTopic",
    "Topic",
    "TopicQuerySet",
    "installation_key",
]
