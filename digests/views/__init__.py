"""The pages. A view reads its input through a form, asks, and renders."""

from digests.views.digests import digest, digest_list
from digests.views.editor import preview, upload, uploaded
from digests.views.health import healthz
from digests.views.home import home
from digests.views.references import (
    reference,
    reference_file,
    reference_list,
    reference_list_file,
)
from digests.views.search import opensearch, search, suggestions
from digests.views.tags import tag, tag_list
from digests.views.topics import topic

__all__ = [
    "digest",
    "digest_list",
    "healthz",
    "home",
    "opensearch",
    "preview",
    "reference",
    "reference_file",
    "reference_list",
    "reference_list_file",
    "search",
    "suggestions",
    "tag",
    "tag_list",
    "topic",
    "upload",
    "uploaded",
]
