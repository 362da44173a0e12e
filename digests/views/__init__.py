"""The pages. A view reads its input through a form, asks, and renders."""

from digests.views.archive import archive, archive_month, archive_year
from digests.views.digests import digest, digest_list
from digests.views.editor import preview, upload, uploaded
from digests.views.feeds import feed_list, new_feed_key
from digests.views.health import healthz
from digests.views.home import home
from digests.views.labels import label, labels
from digests.views.questions import questions
from digests.views.references import (
    reference,
    reference_file,
    reference_list,
    reference_list_file,
)
from digests.views.robots import robots
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
    "feed_list",
    "healthz",
    "home",
    "label",
    "labels",
    "new_feed_key",
    "opensearch",
    "preview",
    "questions",
    "reference",
    "reference_file",
    "reference_list",
    "reference_list_file",
    "robots",
    "search",
    "statistics",
    "suggestions",
    "tag",
    "tag_list",
    "topic",
    "upload",
    "uploaded",
]
