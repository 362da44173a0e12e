"""The feed of a tag."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.models import Tag, Topic
from digests.pages.feeds.access import atom_feed
from digests.pages.feeds.atom import Channel
from digests.pages.feeds.entries import of_topics
from digests.pages.parts.redirects import permanently_at
from digests.text import slug_or_hash


@atom_feed
def tag_feed(request: HttpRequest, slug: str) -> Channel | HttpResponse:
    tags = Tag.objects.visible_to(request.user)
    spellings = {slug, slug_or_hash(slug), f"{slug}.atom"}
    by_slug = {tag.slug: tag for tag in tags.filter(slug__in=spellings)}
    if [*by_slug] == [f"{slug}.atom"]:
        return permanently_at(request, by_slug[f"{slug}.atom"].get_absolute_url())
    found = by_slug.get(slug) or get_object_or_404(tags, slug=slug_or_hash(slug))
    if slug != found.slug:
        return permanently_at(request, reverse("digests:tag_feed", args=[found.slug]))
    entries = of_topics(request, Topic.objects.visible_to(request.user).tagged(found))
    title = _("Tag: %(name)s") % {"name": found.name}
    return Channel(f"tag:{found.pk}", title, found.get_absolute_url(), entries)
