from collections.abc import Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import QueryDict
from django.template.context import RequestContext
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from digests.models import Topic
from digests.pages.parts.listed import ShownPoint
from digests.pages.parts.rows import named
from digests.pages.parts.site_links import FOOTER
from digests.rendering import Permalinks

register = template.Library()


register.filter("named", named)


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
