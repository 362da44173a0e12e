from django import template
from django.template.context import RequestContext

from digests.models import Conflict

register = template.Library()


@register.simple_tag(takes_context=True)
def open_conflicts(context: RequestContext) -> int:
    """How many wait for whoever is at the desk; none for those who may not see them."""
    may_see = context["request"].user.has_perm("digests.view_conflict")
    return Conflict.objects.open().count() if may_see else 0
