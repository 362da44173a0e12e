"""The feed of a tag."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.models import Tag, Topic
from digests.pages.feeds.access import atom_feed
from digests.pages.feeds.atom import Channel, answer
from digests.pages.feeds.entries import of_topics
from digests.pages.feeds.queries import in_full
from digests.pages.parts.addresses import permanently_at
from digests.text import slug_or_hash


@atom_feed
def tag_feed(request: HttpRequest, slug: str) -> HttpResponse:
    tags = Tag.objects.visible_to(request.user)
    found = tags.filter(slug=slug).first() or get_object_or_404(tags, slug=slug_or_hash(slug))
    if slug != found.slug:
        return permanently_at(request, reverse("digests:tag_feed", args=[found.slug]))
    entries = of_topics(
        request, in_full(request.user, Topic.objects.visible_to(request.user).tagged(found))
    )
    title = _("Tag: %(name)s") % {"name": found.name}
    channel = Channel(f"tag:{found.pk}", title, found.get_absolute_url(), entries)
    return answer(request, channel)
