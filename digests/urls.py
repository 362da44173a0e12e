"""Addresses for readers. They are permanent: what moves must redirect."""

import re
from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path, register_converter
from django.urls.converters import IntConverter, StringConverter

from digests.bibliography import FORMATS
from digests.pages.archive import views as archive
from digests.pages.digests import views as digests
from digests.pages.editor import views as editor
from digests.pages.feeds import channels as feeds
from digests.pages.feeds import views as feed_list
from digests.pages.home import views as home
from digests.pages.labels import views as labels
from digests.pages.questions import views as questions
from digests.pages.references import views as references
from digests.pages.search import views as search
from digests.pages.site import health, robots, sitemaps
from digests.pages.statistics import views as statistics
from digests.pages.tags import views as tags
from digests.pages.topics import views as topics
from digests.pages.variants import guide, lists, texts
from digests.pages.variants import search as search_variants
from digests.pages.variants.answering import Variants, negotiated
from digests.parsing import YEARS


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
    path("", home.home, name="home"),
    path("digests/", digests.digest_list, name="digest_list"),
    *with_variants("digests/<segment:slug>/", digests.digest, texts.digest, "digest"),
    *with_variants("topics/<int:pk>/", topics.topic, texts.topic, "topic_short"),
    *with_variants("topics/<int:pk>/<segment:slug>/", topics.topic, texts.topic, "topic"),
    path("tags/", tags.tag_list, name="tag_list"),
    *with_variants("tags/<segment:slug>/", tags.tag, lists.tag, "tag"),
    path("labels/", labels.labels, name="labels"),
    path("labels/<str:kind>/", labels.label, name="label"),
    path("questions/", questions.questions, name="questions"),
    path("references/", references.reference_list, name="reference_list"),
    path(
        "references.<bibliography:suffix>",
        references.reference_list_file,
        name="reference_list_file",
    ),
    path(
        "references/<int:pk>.<bibliography:suffix>",
        references.reference_file,
        name="reference_file_short",
    ),
    path(
        "references/<int:pk>/<segment:slug>.<bibliography:suffix>",
        references.reference_file,
        name="reference_file",
    ),
    *with_variants(
        "references/<int:pk>/", references.reference, lists.reference, "reference_short"
    ),
    *with_variants(
        "references/<int:pk>/<segment:slug>/", references.reference, lists.reference, "reference"
    ),
    *with_variants("search/", search.search, search_variants.search, "search"),
    path("archive/", archive.archive, name="archive"),
    path("archive/<year:year>/", archive.archive_year, name="archive_year"),
    path("archive/<year:year>/<month:month>/", archive.archive_month, name="archive_month"),
    path("stats/", statistics.statistics, name="statistics"),
    path("search/suggestions/", search.suggestions, name="suggestions"),
    path("schema.json", guide.schema, name="schema"),
    path("llms.txt", guide.llms, name="llms"),
    path("opensearch.xml", search.opensearch, name="opensearch"),
    path("editor/preview/", editor.preview, name="preview"),
    path("editor/upload/", editor.upload, name="upload"),
    path("uploads/<str:name>", editor.uploaded, name="uploaded"),
    path("healthz", health.healthz, name="healthz"),
    path("feeds/", feed_list.feed_list, name="feeds"),
    path("feeds/key/", feed_list.new_feed_key, name="new_feed_key"),
    path("topics.atom", feeds.topics, name="topics_feed"),
    path("digests.atom", feeds.digests, name="digests_feed"),
    path("questions.atom", feeds.questions, name="questions_feed"),
    path("search.atom", feeds.search, name="search_feed"),
    path("tags/<segment:slug>.atom", feeds.tag, name="tag_feed"),
    path("labels/<segment:kind>.atom", feeds.label, name="label_feed"),
    path("references/<int:pk>.atom", feeds.reference),
    path("references/<int:pk>/<segment:slug>.atom", feeds.reference, name="reference_feed"),
    path("robots.txt", robots.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemaps"),
    path("sitemap-<str:section>.xml", sitemaps.section, name="sitemap"),
]
