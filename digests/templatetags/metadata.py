"""Metadata in the head of a page, written from its `About`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.urls import reverse
from django.utils.translation import get_language, gettext

from digests.exporting import written_moment
from digests.pages.parts.about import About, canonical_query
from digests.pages.variants.answering import Format
from digests.rendering import data_block

register = template.Library()

_LOCALES = {"zh-hans": "zh_CN"}  # OpenGraph locales have countries and no scripts


@register.inclusion_tag("digests/includes/metadata.html", takes_context=True)
def metadata(context: Context) -> dict[str, Any]:
    """Write the metadata of the page's ``about``; nothing if it has none."""
    about: About | None = context.get("about")
    if about is None:
        return {}
    request: HttpRequest = context["request"]
    site = str(context["kb_site_name"])
    query, page = canonical_query(request.GET), about.page
    number = page.number if page is not None else 1  # `bool(page)` would query its rows
    has_previous = page is not None and page.has_previous()
    has_next = page is not None and page.has_next()
    address = _address(request, query, number)
    of_site = gettext("%(kb_site_name)s: digests of our group chats, topic by topic.")
    return {
        "about": about,
        "site": site,
        "address": address,
        "description": about.description or of_site % {"kb_site_name": site},
        "locale": _LOCALES.get(get_language() or "", "en_US"),
        "previous": _address(request, query, number - 1) if has_previous else "",
        "next": _address(request, query, number + 1) if has_next else "",
        "data": data_block(_linked_data(request, about, address, site)),
    }


@register.inclusion_tag("includes/variants.html", takes_context=True)
def variants(context: Context) -> dict[str, str]:
    """Links to the Markdown and JSON variants of the page, if it has them."""
    about: About | None = context.get("about")
    if about is None or not about.variants:
        return {}
    _, mark, query = context["kb_here"].partition("?")
    return {
        "markdown": Format.MARKDOWN.address(about.variants) + mark + query,
        "json": Format.JSON.address(about.variants) + mark + query,
    }


def _address(request: HttpRequest, query: QueryDict, page: int) -> str:
    query = query.copy()
    if page > 1:
        query["page"] = str(page)
    address = request.build_absolute_uri(request.path)
    return f"{address}?{query.urlencode()}" if query else address


def _linked_data(request: HttpRequest, about: About, address: str, site: str) -> dict[str, Any]:
    """Describe the page in the vocabulary of schema.org, as JSON-LD."""
    whole = request.build_absolute_uri
    page: dict[str, Any] = {
        "@type": about.type,
        "url": address,
        "name": about.title,
        # The content is in the language of the site, even if the page around it is in another one.
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
        items = [
            {"@type": "ListItem", "position": position, "name": name, "item": item}
            for position, (name, item) in enumerate(steps, 1)
        ]
        graph.append({"@type": "BreadcrumbList", "itemListElement": items})
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


def _iso(moment: datetime) -> str:
    return written_moment(moment.replace(microsecond=0))
