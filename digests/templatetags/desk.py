from django import template
from django.db.models import Model, QuerySet
from django.template.context import RequestContext

from digests.models import Conflict, Digest, Topic

register = template.Library()


@register.filter
def conflicts_of(row: Model) -> QuerySet[Conflict]:
    """The open ones of a digest or a topic; nothing else has any."""
    if not isinstance(row, Digest | Topic):
        return Conflict.objects.none()
    return Conflict.objects.open().filter(**{str(row._meta.model_name): row})


@register.simple_tag(takes_context=True)
def open_conflicts(context: RequestContext) -> int:
    """How many wait for whoever is at the desk; none for those who may not see them."""
    may_see = context["request"].user.has_perm("digests.view_conflict")
    return Conflict.objects.open().count() if may_see else 0
