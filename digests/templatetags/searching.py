"""Filters for the search page: marked texts, and addresses with one facet value more or less."""

from django import template
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from digests.pages.parts.counted import found_counted
from digests.search.results.highlight import Pieces
from digests.vocabulary import DocumentKind

register = template.Library()


@register.filter
def marked(pieces: Pieces) -> SafeString:
    """Escape a text and mark its matches with ``<mark>``."""
    parts = ((format_html("<mark>{}</mark>", text) if hit else text,) for text, hit in pieces)
    return format_html_join("", "{}", parts)


register.filter("counted", found_counted)


@register.filter
def kind_name(kind: str) -> str:
    return str(DocumentKind(kind).label)


@register.simple_tag
def narrowed(address: QueryDict, field: str, value: str) -> str:
    """The search address with ``value`` added to a facet."""
    query = address.copy()
    query.appendlist(field, value)
    return f"?{query.urlencode()}"


@register.simple_tag
def widened(address: QueryDict, field: str, value: str) -> str:
    """The search address with ``value`` removed from a facet."""
    query = address.copy()
    query.setlist(field, [other for other in query.getlist(field) if other != value])
    return f"?{query.urlencode()}"
