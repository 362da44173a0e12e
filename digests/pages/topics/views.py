from collections.abc import Iterable
from itertools import chain

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.models import Topic
from digests.pages.caching import cached_page
from digests.pages.parts.about import About, description
from digests.pages.parts.listed import ShownPoint, points_by_topic
from digests.pages.parts.paging import page_of_cited
from digests.pages.parts.redirects import permanently_at
from digests.pages.parts.rows import named
from digests.pages.topics.queries import (
    place_of,
    surroundings,
    tags_of_digest,
    tags_of_topic,
    topic_with_digest,
)
from digests.pages.variants.answering import Format


@cached_page
def topic(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    found = topic_with_digest(request.user, pk)
    if found is None:
        raise Http404
    if slug != found.slug:
        return permanently_at(request, found.get_absolute_url())
    points = points_by_topic(request.user, [found.pk])[found.pk]
    tags = tags_of_topic(request.user, found.pk)
    inherited = [] if tags else tags_of_digest(request.user, found.digest_id)
    cited, related = surroundings(request.user, found, tags)
    context = {
        "about": _about(found, points),
        "topic": found,
        "points": points,
        "tags": tags,
        "tags_of_digest": inherited,
        "place": place_of(request.user, found),
        "related": related,
        "references": page_of_cited(request, cited),
        "markdown": Format.MARKDOWN.address(found.get_absolute_url()),
    }
    return render(request, "digests/topic.html", context)


def _about(topic: Topic, points: Iterable[ShownPoint]) -> About:
    said = (f"{point.label}: {point.plain}" for point in points)
    digest = (named(topic.digest), topic.digest.get_absolute_url())
    return About(
        named(topic),
        description(chain(said, [topic.prose]), separator=" "),
        type="Article",
        within=((_("Digests"), reverse("digests:digest_list")), digest),
        variants=reverse("digests:topic_short", args=[topic.pk]),
        published=topic.digest.published_at,
        edited=topic.edited_at,
    )
