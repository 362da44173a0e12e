"""Parts of the search page: hits, marked texts, and links with one facet value more or less.

The lists are written in Python, like `pieces`, because templates for them take several times as
long.
"""

from collections.abc import Iterable, Iterator

from django import template
from django.http import QueryDict
from django.utils.formats import localize
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from digests.pages.parts.counted import found_counted, topics_found
from digests.pages.parts.rows import named
from digests.rendering import joined, markup, markup_of_each
from digests.search.results.highlight import Pieces
from digests.search.results.model import Excerpt, Facet, FacetValue, Hit
from digests.templatetags.pieces import content_lang, origin, tags_of
from digests.vocabulary import DocumentKind

register = template.Library()


@register.filter
def marked(pieces: Pieces) -> SafeString:
    """Escape a text and mark its matches with ``<mark>``."""
    return joined(markup("<mark>{}</mark>", text) if is_hit else text for text, is_hit in pieces)


register.filter("counted", found_counted)
register.filter(topics_found)


@register.filter
def kind_name(kind: str) -> str:
    return str(DocumentKind(kind).label)


@register.simple_tag
def hit_items(hits: Iterable[Hit]) -> SafeString:
    """Topics found, as items of a list."""
    return markup_of_each(
        '<li class="entry">\n{}\n'
        '<h3 class="entry__title"><a{} href="{}">{}</a></h3>\n{}{}\n{}\n</li>',
        (
            (
                origin(hit.topic),
                content_lang(),
                hit.topic.get_absolute_url(),
                marked(hit.title) or named(hit.topic),
                _lacking(hit.lacking),
                markup_of_each("{}", ((_excerpt(each),) for each in hit.excerpts)),
                tags_of(hit.tags),
            )
            for hit in hits
        ),
    )


def _lacking(word: str) -> SafeString | str:
    if not word:
        return ""
    said = gettext("Its title has all words but “%(word)s”") % {"word": word}
    return markup('<p class="quiet">{}</p>\n', said)


def _excerpt(excerpt: Excerpt) -> SafeString:
    kind = markup(' data-kind="{}"', excerpt.kind) if excerpt.kind else ""
    label = markup('<span class="label">{}</span>\n', excerpt.label) if excerpt.label else ""
    return markup(
        '<p class="excerpt"{}{}>{}{}</p>', content_lang(), kind, label, marked(excerpt.pieces)
    )


@register.simple_tag
def facet_items(facet: Facet, address: QueryDict) -> SafeString:
    """The values of a facet, as items of a list, with links to the search narrowed to each."""
    before, after = _around(address, facet.field)
    return markup_of_each(
        '<li><a href="?{}{}{}" rel="nofollow">{}{}</a></li>',
        (
            (before, urlencode({facet.field: value.value}), after, value.name, _count(value))
            for value in facet.values
        ),
    )


def _around(address: QueryDict, field: str) -> tuple[str, str]:
    """The parts of a search address before and after one more value of a field."""
    fields = list(address)
    end = fields.index(field) + 1 if field in fields else len(fields)
    before, after = (
        urlencode(list(_pairs(address, some))) for some in (fields[:end], fields[end:])
    )
    return before + "&" * bool(before), "&" * bool(after) + after


def _pairs(address: QueryDict, fields: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((field, value) for field in fields for value in address.getlist(field))


def _count(value: FacetValue) -> SafeString | str:
    if value.count is None:
        return ""
    return markup(' <span class="count">{}</span>', localize(value.count))


@register.simple_tag
def widened(address: QueryDict, field: str, value: str) -> str:
    """The search address with ``value`` removed from a facet."""
    query = address.copy()
    query.setlist(field, [other for other in query.getlist(field) if other != value])
    return f"?{query.urlencode()}"
