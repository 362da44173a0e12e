from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import reverse

register = template.Library()

PAGES = {
    "digests:digest": "digests:digest",
    "digests:topic": "digests:topic_short",
    "digests:tag": "digests:tag",
    "digests:reference": "digests:reference_short",
    "digests:search": "digests:search",
}
"""The pages that have variants, each with the shortest name that it has."""


@register.inclusion_tag("includes/variants.html", takes_context=True)
def variants(context: RequestContext) -> dict[str, Any]:
    """Links for programs to the page as Markdown and as JSON, if it has them."""
    request = context["request"]
    here = request.resolver_match
    name = PAGES.get(here.view_name) if here else None
    if name is None:
        return {}
    captured = {"pk": here.kwargs["pk"]} if "pk" in here.kwargs else here.kwargs
    _, mark, query = context["kb_here"].partition("?")
    return {
        "markdown": reverse(f"{name}.md", kwargs=captured) + mark + query,
        "json": reverse(f"{name}.json", kwargs=captured) + mark + query,
    }
