"""The pages. A view reads its input through a form, asks, and renders."""

from digests.views.archive import archive, archive_month, archive_year
from digests.views.digests import digest, digest_list
from digests.views.editor import preview, upload, uploaded
from digests.views.health import healthz
from digests.views.home import home
from digests.views.references import reference, reference_list
from digests.views.search import opensearch, search, suggestions
from digests.views.statistics import statistics
from digests.views.tags import tag, tag_list
from digests.views.topics import topic

__all__ = [
    "archive",
    "archive_month",
    "archive_year",
    "digest",
    "digest_list",
    "healthz",
    "home",
    "opensearch",
    "preview",
    "reference",
    "reference_list",
    "search",
    "statistics",
    "suggestions",
    "tag",
    "tag_list",
    "topic",
    "upload",
    "uploaded",
]
