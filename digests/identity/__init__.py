"""Which reference a URL or a bare name stands for.

A reference has one key however it was spelled: ``arxiv:2305.18290`` for the abstract, the PDF
of any version, the DOI and the Hugging Face page of one paper. `url:` and `name:` are the last
resorts. The rules are pure: a key depends on the text alone, nothing is looked up.
"""

from digests.identity.archives import Archived, archived
from digests.identity.model import KEY_LENGTH, Identity
from digests.identity.naming import host, of_name, of_url
from digests.identity.titles import is_title

__all__ = [
    "KEY_LENGTH",
    "Archived",
    "Identity",
    "archived",
    "host",
    "is_title",
    "of_name",
    "of_url",
]
