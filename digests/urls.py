"""URLs of the pages for readers. They are permanent: a page that moves must redirect."""

import re
from collections.abc import Mapping

from django.urls import URLPattern, path, register_converter
from django.urls.converters import IntConverter, StringConverter

from digests.bibliography import FORMATS
from digests.pages.activity.feed import changes_feed
from digests.pages.activity.views import changes
from digests.pages.archive.views import (
    archive,
    archive_month,
    archive_padded_month,
    archive_year,
)
from digests.pages.digests.feed import digests_feed
from digests.pages.digests.variants import digest_variants
from digests.pages.digests.views import digest, digest_list
from digests.pages.editor.views import preview, upload, uploaded
from digests.pages.feeds.views import feed_list, new_feed_key
from digests.pages.home.views import home
from digests.pages.labels.feed import label_feed
from digests.pages.labels.views import label, labels
from digests.pages.questions.feed import questions_feed
from digests.pages.questions.views import questions
from digests.pages.references import views as references
from digests.pages.references.feed import reference_feed
from digests.pages.references.variants import reference_variants
from digests.pages.search.feed import search_feed
from digests.pages.search.variants import search_variants
from digests.pages.search.views import opensearch, search, suggestions
from digests.pages.site import guide, health, robots, sitemaps
from digests.pages.statistics.views import statistics
from digests.pages.tags.feed import tag_feed
from digests.pages.tags.variants import tag_variants
from digests.pages.tags.views import tag, tag_list
from digests.pages.topics.feed import topics_feed
from digests.pages.topics.variants import topic_variants
from digests.pages.topics.views import topic
from digests.pages.variants.answering import Format, View, negotiated
from digests.parsing import YEARS


class Segment(StringConverter):
    """A segment of a path, in any script. NUL is excluded because PostgreSQL cannot store it."""

    regex = r"[^/\x00]+"


class Year(IntConverter):
    """A year in which a digest can be published, in its only spelling."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        year = int(value)
        if year not in YEARS:
            raise ValueError(value)  # Django answers 404
        return year

    def to_url(self, value: int | str) -> str:
        return f"{int(value):04}"


class Month(IntConverter):
    regex = "[1-9]|1[0-2]"


class PaddedMonth(IntConverter):
    """A month as dates and file names spell it."""

    regex = "0[1-9]"


class BibliographyFormat(StringConverter):
    """File name extensions of bibliographies. The pattern must try ``.csl.json`` before
    ``.json``."""

    regex = "|".join(map(re.escape, FORMATS))


register_converter(Segment, "segment")
register_converter(Year, "year")
register_converter(Month, "month")
register_converter(PaddedMonth, "padded_month")
register_converter(BibliographyFormat, "bibliography")


def with_variants(
    route: str, page: View, variants: Mapping[Format, View], name: str
) -> list[URLPattern]:
    """URL patterns of a page and of its variants ``name.md`` and ``name.json``. Their routes have
    ``.md`` and ``.json`` for the final slash of the page's ``route``."""
    return [
        path(route, negotiated(page, variants), name=name),
        *(
            path(form.address(route), view, name=form.address(name))
            for form, view in variants.items()
        ),
    ]


app_name = "digests"
urlpatterns = [
    path("", home, name="home"),
    path("digests/", digest_list, name="digest_list"),
    *with_variants("digests/<segment:slug>/", digest, digest_variants, "digest"),
    *with_variants("topics/<int:pk>/", topic, topic_variants, "topic_short"),
    *with_variants("topics/<int:pk>/<segment:slug>/", topic, topic_variants, "topic"),
    path("tags/", tag_list, name="tag_list"),
    *with_variants("tags/<segment:slug>/", tag, tag_variants, "tag"),
    path("labels/", labels, name="labels"),
    path("labels/<str:kind>/", label, name="label"),
    path("questions/", questions, name="questions"),
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
        "references/<int:pk>/", references.reference, reference_variants, "reference_short"
    ),
    *with_variants(
        "references/<int:pk>/<segment:slug>/", references.reference, reference_variants, "reference"
    ),
    *with_variants("search/", search, search_variants, "search"),
    path("archive/", archive, name="archive"),
    path("archive/<year:year>/", archive_year, name="archive_year"),
    path("archive/<year:year>/<month:month>/", archive_month, name="archive_month"),
    path("archive/<year:year>/<padded_month:month>/", archive_padded_month),
    path("changes/", changes, name="changes"),
    path("stats/", statistics, name="statistics"),
    path("search/suggestions/", suggestions, name="suggestions"),
    path("schema.json", guide.schema, name="schema"),
    path("llms.txt", guide.llms, name="llms"),
    path("opensearch.xml", opensearch, name="opensearch"),
    path("editor/preview/", preview, name="preview"),
    path("editor/upload/", upload, name="upload"),
    path("uploads/<str:name>", uploaded, name="uploaded"),
    path("healthz", health.healthz, name="healthz"),
    path("feeds/", feed_list, name="feeds"),
    path("feeds/key/", new_feed_key, name="new_feed_key"),
    path("topics.atom", topics_feed, name="topics_feed"),
    path("digests.atom", digests_feed, name="digests_feed"),
    path("changes.atom", changes_feed, name="changes_feed"),
    path("questions.atom", questions_feed, name="questions_feed"),
    path("search.atom", search_feed, name="search_feed"),
    path("tags/<segment:slug>.atom", tag_feed, name="tag_feed"),
    path("labels/<segment:kind>.atom", label_feed, name="label_feed"),
    path("references/<int:pk>.atom", reference_feed),
    path("references/<int:pk>/<segment:slug>.atom", reference_feed, name="reference_feed"),
    path("robots.txt", robots.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemaps"),
    path("sitemap-<str:section>.xml", sitemaps.section, name="sitemap"),
]
