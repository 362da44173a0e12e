"""What a page says about itself to search engines, feed readers and whoever shows its link.

By what the views give their templates anyway: nothing here asks the database.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext, ngettext

from digests.exporting import written_moment
from digests.models import Digest, Reference, Topic
from digests.pages.digests.queries import DigestInFull
from digests.pages.parts.rows import named
from digests.pages.tags.tagged import Subject
from digests.rendering import data_block
from digests.rendering.plain_text import visible_body, visible_text
from digests.vocabulary import PointKind

register = template.Library()

_LONGEST = 160  # characters of a description that search engines show
_PARAMETERS = ("q", "tag", "label", "kind", "host", "year", "order", "sort")
"""Those that say what is on a page, besides ``page``; others only say where a visitor came from."""
_LONGEST_VALUE = 500  # what pages read of one
_LOCALES = {"zh-hans": "zh_CN"}  # OpenGraph knows countries, and no scripts


@dataclass(frozen=True)
class About:
    """What a page is about. ``feed`` is the address of what the page will show next; ``within``
    are the pages above it, from the top."""

    title: str
    description: str = ""
    type: str = "CollectionPage"
    feed: str = ""
    within: tuple[tuple[str, str], ...] = ()
    published: datetime | None = None
    edited: datetime | None = None


@register.inclusion_tag("digests/includes/metadata.html", takes_context=True)
def metadata(context: Context) -> dict[str, Any]:
    """Nothing on pages that are not for readers, or say what went wrong."""
    request: HttpRequest | None = context.get("request")
    match = request.resolver_match if request else None
    if not request or not match or match.app_name != "digests" or "exception" in context:
        return {}
    site = str(context["kb_site_name"])
    about = _PAGES.get(match.url_name or "", _other)(context) or About(site)
    query, page = _asked(request.GET), _page(context)
    number = page.number if page is not None else 1  # as true or false it would ask for its rows
    has_previous = page is not None and page.has_previous()
    has_next = page is not None and page.has_next()
    address = _address(request, query, number)
    return {
        "about": about,
        "site": site,
        "address": address,
        "description": about.description or _of_site(site),
        "locale": _LOCALES.get(get_language() or "", "en_US"),
        "previous": _address(request, query, number - 1) if has_previous else "",
        "next": _address(request, query, number + 1) if has_next else "",
        "data": data_block(_linked_data(request, about, address, site)),
    }


def _home(context: Context) -> About:
    return About(str(context["kb_site_name"]), type="WebSite")


def _digest(context: Context) -> About | None:
    digest, full = context.get("digest"), context.get("full")
    if not isinstance(digest, Digest) or not isinstance(full, DigestInFull):
        return None
    topics = _titles(entry.topic for entry in full.topics)
    return About(
        named(digest),
        _shortened(topics or visible_text(digest.preamble_html)),
        feed=reverse("digests:digests_feed"),
        within=((gettext("Digests"), reverse("digests:digest_list")),),
        published=digest.published_at,
        edited=digest.edited_at,
    )


def _topic(context: Context) -> About | None:
    topic = context.get("topic")
    if not isinstance(topic, Topic):
        return None
    body = visible_body(topic.html)
    points = (f"{point.label}: {point.text}" for point in body.points)
    digest = (named(topic.digest), topic.digest.get_absolute_url())
    return About(
        named(topic),
        _shortened(" ".join([*points, body.text])),
        type="Article",
        within=((gettext("Digests"), reverse("digests:digest_list")), digest),
        published=topic.digest.published_at,
        edited=topic.edited_at,
    )


def _tag(context: Context) -> About | None:
    """Several tags together have no feed, nor has one that only whole digests have."""
    tag = context.get("subject")
    if not isinstance(tag, Subject):
        return None
    count = tag.topic_count
    has_feed = count and len(tag.tags) == 1
    counted = ngettext("%(count)s topic", "%(count)s topics", count) % {"count": count}
    return About(
        tag.name,
        _shortened(f"{tag.name} · {counted} · {_titles(context['topics'])}"),
        feed=reverse("digests:tag_feed", args=[tag.slug]) if has_feed else "",
        within=((gettext("Tags"), reverse("digests:tag_list")),),
    )


def _reference(context: Context) -> About | None:
    reference = context.get("reference")
    if not isinstance(reference, Reference):
        return None
    count, titles = reference.topic_count, [named(each.row) for each in context["in_topics"]]
    cited = ngettext("Cited in %(count)s topic", "Cited in %(count)s topics", count)
    counted = cited % {"count": count}
    return About(
        named(reference),
        _shortened(" · ".join([named(reference), *([counted] if count else []), *titles])),
        feed=reverse("digests:reference_feed", args=[reference.pk, reference.slug]),
        within=((gettext("References"), reverse("digests:reference_list")),),
    )


def _search(context: Context) -> About:
    query = _asked(context["request"].GET)
    query.pop("sort", None)  # a feed has the newest first
    feed = f"{reverse('digests:search_feed')}?{query.urlencode()}" if query else ""
    title = " · ".join(filter(None, [context.get("text"), gettext("Search")]))
    return About(title, type="SearchResultsPage", feed=feed)


def _label(context: Context) -> About | None:
    kind = context["request"].resolver_match.kwargs["kind"]
    if kind not in PointKind.values:
        return None
    return About(str(PointKind(kind).label), feed=reverse("digests:label_feed", args=[kind]))


def _year(context: Context) -> About:
    year = context["request"].resolver_match.kwargs["year"]
    archive = (gettext("Archive"), reverse("digests:archive"))
    return About(gettext("Digests of %(year)s") % {"year": year}, within=(archive,))


def _month(context: Context) -> About:
    asked = context["request"].resolver_match.kwargs
    month = date_format(date(asked["year"], asked["month"], 1), "YEAR_MONTH_FORMAT")
    year = (_year(context).title, reverse("digests:archive_year", args=[asked["year"]]))
    title = gettext("Digests of %(month)s") % {"month": month}
    return About(title, within=(*_year(context).within, year))


def _other(context: Context) -> None:
    """Nothing is known of it but its address."""


_PAGES: dict[str, Callable[[Context], About | None]] = {
    "home": _home,
    "digest": _digest,
    "topic": _topic,
    "tag": _tag,
    "reference": _reference,
    "search": _search,
    "label": _label,
    "questions": lambda _: About(gettext("Open questions"), feed=reverse("digests:questions_feed")),
    "labels": lambda _: About(gettext("Labels")),
    "digest_list": lambda _: About(gettext("Digests"), feed=reverse("digests:digests_feed")),
    "archive": lambda _: About(gettext("Archive"), feed=reverse("digests:digests_feed")),
    "archive_year": _year,
    "archive_month": _month,
    "statistics": lambda _: About(gettext("Statistics")),
    "tag_list": lambda _: About(gettext("Tags")),
    "feeds": lambda _: About(gettext("Feeds")),
    "reference_list": lambda _: About(gettext("References")),
}


def _titles(rows: Iterable[object]) -> str:
    return " · ".join(named(row) for row in rows if isinstance(row, Topic))


def _shortened(text: str) -> str:
    return Truncator(" ".join(text.split()).removesuffix(" ·")).chars(_LONGEST)


def _page(context: Context) -> Page[Any] | None:
    """The list of a page that has pages."""
    found = context.get("page", context.get("topics"))
    return found if isinstance(found, Page) else None


def _asked(given: QueryDict) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name in _PARAMETERS:
        if values := [value[:_LONGEST_VALUE] for value in given.getlist(name) if value]:
            kept.setlist(name, values)
    return kept


def _address(request: HttpRequest, query: QueryDict, page: int) -> str:
    query = query.copy()
    if page > 1:
        query["page"] = str(page)
    address = request.build_absolute_uri(request.path)
    return f"{address}?{query.urlencode()}" if query else address


def _of_site(site: str) -> str:
    text = gettext("%(kb_site_name)s: digests of our group chats, topic by topic.")
    return text % {"kb_site_name": site}


def _linked_data(request: HttpRequest, about: About, address: str, site: str) -> dict[str, Any]:
    """In the words of schema.org, as JSON-LD."""
    whole = request.build_absolute_uri
    page: dict[str, Any] = {
        "@type": about.type,
        "url": address,
        "name": about.title,
        # A topic or a digest is in the language of the site, whichever one its page is in.
        "inLanguage": settings.LANGUAGE_CODE if about.published else get_language(),
    }
    if about.type == "WebSite":
        return {"@context": "https://schema.org", **page, "potentialAction": _search_action(whole)}
    page["isPartOf"] = {"@type": "WebSite", "name": site, "url": whole(reverse("digests:home"))}
    if about.published:
        page["datePublished"] = _iso(about.published)
        page["dateModified"] = _iso(about.edited or about.published)
    if about.type == "Article":
        page["headline"] = about.title
        page["author"] = {"@type": "Organization", "name": site}
    graph = [page]
    if about.within:
        steps = [*((name, whole(path)) for name, path in about.within), (about.title, address)]
        graph.append({"@type": "BreadcrumbList", "itemListElement": _steps(steps)})
    return {"@context": "https://schema.org", "@graph": graph}


def _search_action(whole: Callable[[str], str]) -> dict[str, Any]:
    return {
        "@type": "SearchAction",
        "target": {
            "@type": "EntryPoint",
            "urlTemplate": f"{whole(reverse('digests:search'))}?q={{search_term_string}}",
        },
        "query-input": "required name=search_term_string",
    }


def _steps(steps: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"@type": "ListItem", "position": position, "name": name, "item": address}
        for position, (name, address) in enumerate(steps, 1)
    ]


def _iso(moment: datetime) -> str:
    return written_moment(moment.replace(microsecond=0))
