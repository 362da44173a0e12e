from typing import Any

from django import forms
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.models import PointCount
from digests.pages.caching import cached_page
from digests.pages.labels import queries
from digests.pages.parts.about import About
from digests.pages.parts.filters import TagFilter
from digests.pages.parts.paging import page_of_count, rows_of
from digests.vocabulary import PointKind

POINTS_ON_PAGE = 20
# Number of unknown labels that the page lists, the most frequent first.
UNKNOWN_LABELS = 100


class LabelFilter(TagFilter):
    """Filter for a tag, and for an unknown label as it is written."""

    label = forms.CharField(max_length=100, required=False)


@cached_page
def labels(request: HttpRequest) -> HttpResponse:
    counts = PointCount.objects.visible_to(request.user).by_kind()
    labels = queries.unknown_labels(request.user)
    unknown = sorted(labels.items(), key=lambda row: (-row[1], row[0]))
    of_all = counts.get(PointKind.OTHER, 0)
    context = {
        "about": About(_("Labels")),
        "labels": [(kind, counts.get(kind, 0)) for kind in PointKind],
        "unknown": unknown[:UNKNOWN_LABELS],
        "latest": queries.LABELS_COUNTED if of_all > queries.LABELS_COUNTED else None,
        "more_unknown": len(unknown) > UNKNOWN_LABELS or of_all > queries.LABELS_COUNTED,
    }
    return render(request, "digests/labels.html", context)


@cached_page
def label(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in PointKind.values:
        raise Http404
    form = LabelFilter(request.GET)
    tag, is_unknown = form.chosen(request.user)
    known, written = PointKind(kind), form.cleaned_data.get("label", "")
    points = queries.points_labelled(request.user, known, tag=tag, label=written)
    if tag or written:
        count = points.count()
    else:
        count = PointCount.objects.visible_to(request.user).by_kind().get(kind, 0)
    page = page_of_count(request, count, POINTS_ON_PAGE)
    context = {
        "about": _about(known, written, page),
        "kind": known,
        "kinds": list(PointKind),
        "written": written,
        "page": page,
        "points": queries.newest_points(request.user, points, rows_of(page)),
        "tag": tag,
        "tag_is_unknown": is_unknown,
        "tags": [] if tag else queries.tags_of_labelled(request.user, known),
    }
    return render(request, "digests/label.html", context)


def _about(kind: PointKind, written: str, page: Page[Any]) -> About:
    """The metadata of a list. The feed is the feed of the kind; a list of a single written label
    has none."""
    if written:
        return About(written, page=page)
    return About(str(kind.label), feed=reverse("digests:label_feed", args=[kind]), page=page)
