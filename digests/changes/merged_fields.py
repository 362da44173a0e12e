"""The fields of a topic and of a digest that an import merges one by one.

The importer merges by these tables, and the history tells by them whether an editor's row is again
what its file says. A digest's tags are merged as a set, the order of its topics as a list.
"""

from typing import Any

from digests.models import Digest, ImportedDigest, ImportedTopic, Topic
from digests.parsing import ParsedTopic

TOPIC_FIELDS = ("number", "title", "body")
DIGEST_FIELDS = ("title", "published_at", "preamble")


def topic_values(topic: Topic | ImportedTopic | ParsedTopic) -> dict[str, Any]:
    """The merged fields of a topic, of the base of its next merge, or of a section of a file."""
    return {name: getattr(topic, name) for name in TOPIC_FIELDS}


def digest_values(digest: Digest | ImportedDigest) -> dict[str, Any]:
    """The merged fields of a digest, or of the base of its next merge."""
    return {name: getattr(digest, name) for name in DIGEST_FIELDS}
