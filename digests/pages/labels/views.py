from django import forms
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from digests.models import Point
from digests.pages.labels.queries import (
    count_labelled,
    points_labelled,
    shown_points,
    tags_of_labelled,
)
from digests.pages.labels.queries import labels as all_labels
from digests.pages.parts.about import About
from digests.pages.parts.filters import TagFilter
from digests.pages.parts.paging import page_of, rows_on
from digests.vocabulary import PointKind

POINTS_ON_PAGE = 20
UNKNOWN_LABELS = 100
"""So many are listed, the most frequent."""


class LabelFilter(TagFilter):
    """``label`` is one as written, of those that nobody knows."""

    label = forms.CharField(max_length=100, required=False)


@require_safe
def labels(request: HttpRequest) -> HttpResponse:
    unknown = list(Point.objects.unknown_labels(UNKNOWN_LABELS + 1).items())
    context = {
        "about": About(_("Labels")),
        "labels": all_labels(),
        "unknown": unknown[:UNKNOWN_LABELS],
        "more_unknown": len(unknown) > UNKNOWN_LABELS,
    }
    return render(request, "digests/labels.html", context)


@require_safe
def label(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in PointKind.values:
        raise Http404
    form = LabelFilter(request.GET)
    tag, is_unknown = form.chosen()
    known, written = PointKind(kind), form.cleaned_data.get("label", "")
    count = None if tag or written else count_labelled(known)
    points = points_labelled(known, tag=tag, label=written)
    page = page_of(request, points, POINTS_ON_PAGE, count=count)
    context = {
        "about": _about(known, written, page),
        "kind": known,
        "kinds": list(PointKind),
        "written": written,
        "page": page,
        "points": shown_points(rows_on(page)),
        "tag": tag,
        "tag_is_unknown": is_unknown,
        "tags": [] if tag else tags_of_labelled(known),
    }
    return render(request, "digests/label.html", context)


def _about(kind: PointKind, written: str, page: Page[Point]) -> About:
    """The feed is that of a kind: a list of one label as written has none."""
    if written:
        return About(written, page=page)
    return About(str(kind.label), feed=reverse("digests:label_feed", args=[kind]), page=page)
