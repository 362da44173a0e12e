"""Canonical keys of references: two citations of one work get one key.

``arxiv:2305.18290`` is the key of a paper's abstract, of the PDF of any version, of the DOI and of
the page at Hugging Face. A citation that no rule knows gets a ``url:`` or ``name:`` key. A key
depends on the text alone; nothing is fetched.
"""

from digests.identity.archives import archive_entry
from digests.identity.model import KEY_LENGTH
from digests.identity.naming import host, of_name, of_url
from digests.identity.titles import is_title
from digests.identity.unlinked import Unlinked, addresses_in, identifiers_in

__all__ = [
    "KEY_LENGTH",
    "Unlinked",
    "addresses_in",
    "archive_entry",
    "host",
    "identifiers_in",
    "is_title",
    "of_name",
    "of_url",
]
