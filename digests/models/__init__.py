"""Database models. Texts of people and files are stored as they were written; everything else is
derived from them.

Derived (see `deriving` and `search`) are points, citations, rendered HTML, references' titles, all
counts, and search documents. They can be rebuilt from the Markdown at any time and are never
edited.
"""

from digests.models.accounts import FailedLogin
from digests.models.digests import Digest, DigestAlias, DigestQuerySet, Topic, TopicQuerySet
from digests.models.feeds import FeedToken, Installation, installation_key
from digests.models.history import Conflict, Revision, RevisionQuerySet
from digests.models.imports import (
    ImportedDigest,
    ImportedFile,
    ImportedTopic,
    ImportRun,
    StagedFile,
    StagedImport,
)
from digests.models.points import Point, PointCount, PointQuerySet
from digests.models.readers import Audience, Reader
from digests.models.references import (
    Citation,
    CitationQuerySet,
    Reference,
    ReferenceAlias,
    ReferenceQuerySet,
    Vote,
)
from digests.models.search import SearchDocument, SearchWord
from digests.models.tags import RejectedTag, Tag, TaggedDigest, TaggedTopic, TagQuerySet
from digests.models.version import ContentVersion

__all__ = [
    "Audience",
    "Citation",
    "CitationQuerySet",
    "Conflict",
    "ContentVersion",
    "Digest",
    "DigestAlias",
    "DigestQuerySet",
    "FailedLogin",
    "FeedToken",
    "ImportRun",
    "ImportedDigest",
    "ImportedFile",
    "ImportedTopic",
    "Installation",
    "Point",
    "PointCount",
    "PointQuerySet",
    "Reader",
    "Reference",
    "ReferenceAlias",
    "ReferenceQuerySet",
    "RejectedTag",
    "Revision",
    "RevisionQuerySet",
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
    "Vote",
    "installation_key",
]
