"""The feed of a reference: an entry for each topic that cites it."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.models import Citation, Topic
from digests.pages.feeds.access import atom_feed
from digests.pages.feeds.atom import Channel
from digests.pages.feeds.entries import of_topics
from digests.pages.parts.redirects import permanently_at
from digests.pages.parts.rows import named
from digests.pages.references import queries


@atom_feed
def reference_feed(request: HttpRequest, pk: int, slug: str = "") -> Channel | HttpResponse:
    found = queries.reference_at(request.user, pk)
    if found.pk != pk or slug != found.slug:
        address = reverse("digests:reference_feed", args=[found.pk, found.slug])
        return permanently_at(request, address)
    cites = Citation.objects.visible_to(request.user).filter(reference=found, topic__isnull=False)
    topics = Topic.objects.visible_to(request.user).filter(pk__in=cites.values("topic"))
    title = _("Cited: %(name)s") % {"name": named(found)}
    address = found.get_absolute_url()
    return Channel(f"reference:{pk}", title, address, of_topics(request, topics))
