from django import template
from django.db.models import Model, QuerySet
from django.template.context import RequestContext

from digests.models import Conflict, Digest, Topic

register = template.Library()


@register.filter
def conflicts_of(row: Model) -> QuerySet[Conflict]:
    """Open conflicts of a digest or a topic; other models have none."""
    if not isinstance(row, Digest | Topic):
        return Conflict.objects.none()
    return Conflict.objects.open().filter(**{str(row._meta.model_name): row})


@register.simple_tag(takes_context=True)
def open_conflicts(context: RequestContext) -> int:
    """Number of open conflicts; 0 if the user may not see them."""
    may_see = context["request"].user.has_perm("digests.view_conflict")
    return Conflict.objects.open().count() if may_see else 0
