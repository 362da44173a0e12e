"""Addresses for readers. They are permanent: what moves must redirect."""

import re
from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path, register_converter
from django.urls.converters import IntConverter, StringConverter

from digests import feeds, sitemaps, views
from digests.bibliography import FORMATS
from digests.parsing import YEARS
from digests.views import variants
from digests.views.variants import Variants, negotiated


class Segment(StringConverter):
    """One part of a path, Chinese included. A NUL is not text for PostgreSQL."""

    regex = r"[^/\x00]+"


class Year(IntConverter):
    """Of those that a digest can be of, in one spelling."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        year = int(value)
        if year not in YEARS:
            raise ValueError(value)  # for Django: no such address
        return year

    def to_url(self, value: int | str) -> str:
        return f"{int(value):04}"


class Month(IntConverter):
    regex = "[1-9]|1[0-2]"


class BibliographyFormat(StringConverter):
    """The end of a file's name; that of ``.csl.json`` must be looked for before ``.json``."""

    regex = "|".join(map(re.escape, FORMATS))


register_converter(Segment, "segment")
register_converter(Year, "year")
register_converter(Month, "month")
register_converter(BibliographyFormat, "bibliography")


def with_variants(
    route: str, page: Callable[..., HttpResponse], beside: Variants, name: str
) -> list[URLPattern]:
    """A page, and beside it ``name.md`` and ``name.json``: at ``.md`` and ``.json`` in place of the
    slash at the end of its ``route``."""
    stem = route.removesuffix("/")
    return [
        path(route, negotiated(page, beside), name=name),
        path(f"{stem}.md", beside.markdown, name=f"{name}.md"),
        path(f"{stem}.json", beside.json, name=f"{name}.json"),
    ]


app_name = "digests"
urlpatterns = [
    path("", views.home, name="home"),
    path("digests/", views.digest_list, name="digest_list"),
    *with_variants("digests/<segment:slug>/", views.digest, variants.digest, "digest"),
    *with_variants("topics/<int:pk>/", views.topic, variants.topic, "topic_short"),
    *with_variants("topics/<int:pk>/<segment:slug>/", views.topic, variants.topic, "topic"),
    path("tags/", views.tag_list, name="tag_list"),
    *with_variants("tags/<segment:slug>/", views.tag, variants.tag, "tag"),
    path("labels/", views.labels, name="labels"),
    path("labels/<str:kind>/", views.label, name="label"),
    path("questions/", views.questions, name="questions"),
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
    *with_variants("references/<int:pk>/", views.reference, variants.reference, "reference_short"),
    *with_variants(
        "references/<int:pk>/<segment:slug>/", views.reference, variants.reference, "reference"
    ),
    *with_variants("search/", views.search, variants.search, "search"),
    path("archive/", views.archive, name="archive"),
    path("archive/<year:year>/", views.archive_year, name="archive_year"),
    path("archive/<year:year>/<month:month>/", views.archive_month, name="archive_month"),
    path("stats/", views.statistics, name="statistics"),
    path("search/suggestions/", views.suggestions, name="suggestions"),
    path("schema.json", variants.schema, name="schema"),
    path("llms.txt", variants.llms, name="llms"),
    path("opensearch.xml", views.opensearch, name="opensearch"),
    path("editor/preview/", views.preview, name="preview"),
    path("editor/upload/", views.upload, name="upload"),
    path("uploads/<str:name>", views.uploaded, name="uploaded"),
    path("healthz", views.healthz, name="healthz"),
    path("feeds/", views.feed_list, name="feeds"),
    path("feeds/key/", views.new_feed_key, name="new_feed_key"),
    path("topics.atom", feeds.topics, name="topics_feed"),
    path("digests.atom", feeds.digests, name="digests_feed"),
    path("questions.atom", feeds.questions, name="questions_feed"),
    path("search.atom", feeds.search, name="search_feed"),
    path("tags/<segment:slug>.atom", feeds.tag, name="tag_feed"),
    path("labels/<segment:kind>.atom", feeds.label, name="label_feed"),
    path("references/<int:pk>.atom", feeds.reference),
    path("references/<int:pk>/<segment:slug>.atom", feeds.reference, name="reference_feed"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemaps"),
    path("sitemap-<str:section>.xml", sitemaps.section, name="sitemap"),
]
