"""The feed of a label: an entry for each point of its kind."""

from collections.abc import Sequence
from itertools import islice

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext

from digests.models import Point, Reader, Topic
from digests.pages.feeds.access import atom_feed
from digests.pages.feeds.atom import Channel
from digests.pages.feeds.entries import of_points
from digests.pages.feeds.queries import ENTRIES, newest_of, recent_topics
from digests.vocabulary import PointKind


@atom_feed
def label_feed(request: HttpRequest, kind: str) -> Channel:
    if kind not in PointKind.values:
        raise Http404
    wanted = PointKind(kind)
    points = of_points(request, _topics_with_point(request.user, wanted), wanted)
    entries = list(islice(points, ENTRIES))
    title = pgettext("feed of points", "Label: %(name)s") % {"name": wanted.label}
    address = reverse("digests:label", args=[kind])
    return Channel(f"label:{kind}", title, address, entries)


def _topics_with_point(user: Reader, kind: PointKind) -> Sequence[Topic]:
    """The newest topics with a point of this kind, at most `ENTRIES`, since each gives at least one
    entry. Two queries, or four for a rare kind."""
    points = Point.objects.visible_to(user).filter(kind=kind)
    recent = newest_of(recent_topics(user).filter(Exists(points.filter(topic=OuterRef("pk")))))
    if len(recent) == ENTRIES:
        return recent
    return newest_of(Topic.objects.visible_to(user).filter(pk__in=points.values("topic")))
