from calendar import monthrange
from datetime import date
from typing import Any

from django import template
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from digests.models import Conflict, Digest, Topic

register = template.Library()

# Years that a list links to, the last ones.
_YEARS = 30


@register.filter
def conflicts_of(row: Model) -> QuerySet[Conflict]:
    """Open conflicts of a digest or a topic; other models have none."""
    if not isinstance(row, Digest | Topic):
        return Conflict.objects.none()
    return Conflict.objects.open().filter(**{str(row._meta.model_name): row})


@register.simple_tag(takes_context=True)
def may_open(context: RequestContext, model: str) -> bool:
    """True if the admin's pages of a model (``importrun``) open to the user, and so links to them
    do not end in a 403."""
    of_model = admin.site.get_model_admin(apps.get_model("digests", model))
    return of_model.has_view_or_change_permission(context.request)


@register.simple_tag(takes_context=True)
def open_conflicts(context: RequestContext) -> int:
    """Number of open conflicts; 0 if the user may not see them."""
    may_see = context["request"].user.has_perm("digests.view_conflict")
    return Conflict.objects.open().count() if may_see else 0


@register.inclusion_tag("admin/date_hierarchy.html")
def periods(cl: ChangeList) -> dict[str, Any]:
    """Links to the years, months or days of a list, from the first to the last of its table.

    Two queries, which an index answers. Django's own tag groups all rows of the list by their
    periods; this one also links to a period without a row.
    """
    names = [f"{cl.date_hierarchy}__{unit}" for unit in ("year", "month", "day")]
    chosen = tuple(int(cl.params[name]) for name in names if name in cl.params)

    def link(period: tuple[int, ...]) -> str:
        values = dict(zip(names, period, strict=False))
        return cl.get_query_string(values, remove=[f"{cl.date_hierarchy}__"])

    column = get_fields_from_path(cl.model, cl.date_hierarchy)[-1]
    moments = column.model._default_manager.order_by(column.name).values_list(
        column.name, flat=True
    )
    first, last = moments.first(), moments.last()
    if first is None or last is None:
        return {"show": False}
    inside = _periods_in(chosen, timezone.localdate(first), timezone.localdate(last))
    back = {"link": link(chosen[:-1]), "title": _period_name(chosen[:-1])} if chosen else None
    choices = [{"link": link(period), "title": _period_name(period)} for period in inside]
    return {"show": True, "back": back, "choices": choices or [{"title": _period_name(chosen)}]}


def _periods_in(period: tuple[int, ...], first: date, last: date) -> list[tuple[int, ...]]:
    """The years, the months of a year, or the days of a month between two days."""
    bounds = [tuple(day.timetuple()[: len(period) + 1]) for day in (first, last)]
    match period:
        case ():
            parts = range(max(first.year, last.year - _YEARS + 1), last.year + 1)
        case (_year,):
            parts = range(1, 13)
        case (year, month):
            parts = range(1, monthrange(year, month)[1] + 1)
        case _:
            parts = range(0)
    return [each for part in parts if bounds[0] <= (each := (*period, part)) <= bounds[1]]


def _period_name(period: tuple[int, ...]) -> str:
    match period:
        case ():
            return gettext("All dates")
        case (year,):
            return str(year)
        case (year, month):
            return date_format(date(year, month, 1), "YEAR_MONTH_FORMAT")
    return date_format(date(*period), "MONTH_DAY_FORMAT")
