"""Addresses for readers. They are permanent: what moves must redirect."""

import re

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from digests import views
from digests.bibliography import FORMATS


class Segment(StringConverter):
    """One part of a path, Chinese included. A NUL is not text for PostgreSQL."""

    regex = r"[^/\x00]+"


class BibliographyFormat(StringConverter):
    """The end of a file's name; that of ``.csl.json`` must be looked for before ``.json``."""

    regex = "|".join(map(re.escape, FORMATS))


register_converter(Segment, "segment")
register_converter(BibliographyFormat, "bibliography")

app_name = "digests"
urlpatterns = [
    path("", views.home, name="home"),
    path("digests/", views.digest_list, name="digest_list"),
    path("digests/<segment:slug>/", views.digest, name="digest"),
    path("topics/<int:pk>/", views.topic, name="topic_short"),
    path("topics/<int:pk>/<segment:slug>/", views.topic, name="topic"),
    path("tags/", views.tag_list, name="tag_list"),
    path("tags/<segment:slug>/", views.tag, name="tag"),
    path("references/", views.reference_list, name="reference_list"),
    path("references.<bibliography:suffix>", views.reference_list_file, name="reference_list_file"),
    path(
        "references/<int:pk>.<bibliography:suffix>",
        views.reference_file,
        name="reference_file_short",
    ),
    path(
        "references/<int:pk>/<segment:slug>.<bibliography:suffix>",
        views.reference_file,
        name="reference_file",
    ),
    path("references/<int:pk>/", views.reference, name="reference_short"),
    path("references/<int:pk>/<segment:slug>/", views.reference, name="reference"),
    path("search/", views.search, name="search"),
    path("search/suggestions/", views.suggestions, name="suggestions"),
    path("opensearch.xml", views.opensearch, name="opensearch"),
    path("editor/preview/", views.preview, name="preview"),
    path("editor/upload/", views.upload, name="upload"),
    path("uploads/<str:name>", views.uploaded, name="uploaded"),
    path("healthz", views.healthz, name="healthz"),
]
