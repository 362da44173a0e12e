"""The pages. A view reads its input through a form, asks, and renders."""

from digests.views.digests import digest, digest_list
from digests.views.editor import preview, upload, uploaded
from digests.views.health import healthz
from digests.views.home import home
from digests.views.labels import label, labels
from digests.views.questions import questions
from digests.views.references import reference, reference_list
from digests.views.search import opensearch, search, suggestions
from digests.views.tags import tag, tag_list
from digests.views.topics import topic

__all__ = [
    "digest",
    "digest_list",
    "healthz",
    "home",
    "label",
    "labels",
    "opensearch",
    "preview",
    "questions",
    "reference",
    "reference_list",
    "search",
    "suggestions",
    "tag",
    "tag_list",
    "topic",
    "upload",
    "uploaded",
]
