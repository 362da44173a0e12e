from collections.abc import Sequence
from typing import Any

from django import template
from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.template.context import RequestContext
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from digests.models import Topic
from digests.pages.parts.listed import ShownPoint
from digests.pages.parts.paging import page_number
from digests.pages.parts.rows import named, named_in_full
from digests.pages.parts.site_links import FOOTER
from digests.rendering import MOST_OF_TEXT, Permalinks, cut

register = template.Library()

# Bytes of HTML of a work in a list of references, on average.
_BYTES_OF_WORK = 1_000


register.filter("named", named)
register.filter("named_in_full", named_in_full)


@register.simple_tag
def footer_links() -> list[tuple[str, str]]:
    """Names and views of the pages that the footer links to."""
    return list(FOOTER)


@register.filter
def letter_anchor(letter: str) -> str:
    """The HTML id of the tags of a letter, or of none, in the list by name."""
    return f"letter-{letter.lower() if letter.isalpha() else 'none'}"


@register.simple_tag
def linked_text(
    topic: Topic, points: Sequence[ShownPoint], *, within_digest: bool = False
) -> SafeString:
    """The HTML of a topic, whose points link to themselves on the topic's own page."""
    name = gettext("Link to this point:")
    if not within_digest:
        return topic.rendered(permalinks=Permalinks(name), points=points)
    links = Permalinks(name, prefix=f"{topic.anchor}-", page=topic.get_absolute_url())
    return topic.rendered(permalinks=links, points=points)


@register.simple_tag(takes_context=True)
def text_page(context: RequestContext, text: SafeString) -> Page[SafeString]:
    """The piece of a text that the parameter ``text`` selects. Nearly all texts are one piece."""
    pages = Paginator(cut(text, MOST_OF_TEXT), 1)
    return pages.get_page(page_number(context["request"], "text"))


@register.simple_tag(takes_context=True)
def text_in_digest(
    context: RequestContext, topic: Topic, points: Sequence[ShownPoint], works: int
) -> dict[str, Any]:
    """The HTML of a topic on the page of its digest, as ``html``.

    The texts of all topics there have one limit, and each of the ``works`` that are listed below
    counts as some bytes. ``is_whole`` is false where the page of the topic has more.
    """
    spent = context.render_context.get("text") or 0
    if spent >= MOST_OF_TEXT:
        return {"html": "", "is_whole": False}
    pieces = cut(linked_text(topic, points, within_digest=True), MOST_OF_TEXT - spent)
    is_whole = len(pieces) == 1
    size = len(pieces[0].encode()) + works * _BYTES_OF_WORK
    context.render_context["text"] = spent + size if is_whole else MOST_OF_TEXT
    return {"html": pieces[0], "is_whole": is_whole}


@register.inclusion_tag("digests/includes/pagination.html", takes_context=True)
def pagination(
    context: RequestContext,
    page: Page[Any],
    label: str,
    parameter: str = "page",
    query: QueryDict | None = None,
) -> dict[str, Any]:
    """Links to the other pages, with all other parameters of ``query``, by default the request's.

    ``label`` is the accessible name. A second list on a page has a parameter of its own, which is
    the id of its section as well.
    """
    query = context["request"].GET if query is None else query

    def address(number: int) -> str:
        changed = query.copy()
        changed[parameter] = str(number)
        fragment = "" if parameter == "page" else f"#{parameter}"
        return f"?{changed.urlencode()}{fragment}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {
        "page": page,
        "label": label,
        "links": [(n, address(n) if isinstance(n, int) else "") for n in numbers],
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }
