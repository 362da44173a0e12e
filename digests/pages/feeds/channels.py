from itertools import islice

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from digests.models import Reference, Tag
from digests.pages.feeds import queries
from digests.pages.feeds.access import feed
from digests.pages.feeds.atom import Channel, answer
from digests.pages.feeds.entries import of_digests, of_points, of_topics
from digests.pages.parts.addresses import permanently_at
from digests.pages.parts.rows import named
from digests.pages.search.views import asked
from digests.search.engines import Order
from digests.text import slug_or_hash
from digests.vocabulary import PointKind


@feed
def topics(request: HttpRequest) -> HttpResponse:
    entries = of_topics(request, queries.newest_topics())
    return answer(request, Channel("topics", _("All topics"), reverse("digests:home"), entries))


@feed
def digests(request: HttpRequest) -> HttpResponse:
    entries = of_digests(request, queries.newest_digests())
    address = reverse("digests:digest_list")
    return answer(request, Channel("digests", _("Digests"), address, entries))


@feed
def questions(request: HttpRequest) -> HttpResponse:
    entries = of_topics(request, queries.open_questions())
    address = reverse("digests:questions")
    return answer(request, Channel("questions", _("Open questions"), address, entries))


@feed
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    tags = Tag.objects.all()
    found = tags.filter(slug=slug).first() or get_object_or_404(tags, slug=slug_or_hash(slug))
    if slug != found.slug:
        return permanently_at(request, reverse("digests:tag_feed", args=[found.slug]))
    entries = of_topics(request, queries.topics_with_tag(found))
    title = _("Tag: %(name)s") % {"name": found.name}
    channel = Channel(f"tag:{found.pk}", title, found.get_absolute_url(), entries)
    return answer(request, channel)


@feed
def label(request: HttpRequest, kind: str) -> HttpResponse:
    """An entry for each point of this kind."""
    if kind not in PointKind.values:
        raise Http404
    wanted = PointKind(kind)
    points = of_points(request, queries.topics_with_point(wanted), wanted)
    entries = list(islice(points, queries.ENTRIES))
    title = pgettext("feed of points", "Label: %(name)s") % {"name": wanted.label}
    address = reverse("digests:label", args=[kind])
    return answer(request, Channel(f"label:{kind}", title, address, entries))


@feed
def reference(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """An entry for each topic that cites it."""
    found = get_object_or_404(Reference, pk=pk)
    if slug != found.slug:
        return permanently_at(request, reverse("digests:reference_feed", args=[pk, found.slug]))
    entries = of_topics(request, queries.topics_citing(found))
    title = _("Cited: %(name)s") % {"name": named(found)}
    channel = Channel(f"reference:{pk}", title, found.get_absolute_url(), entries)
    return answer(request, channel)


@feed
def search(request: HttpRequest) -> HttpResponse:
    """What is found exactly, the newest first: what the page offers where nothing is found would
    come and go."""
    text, chosen, _order, _page = asked(request)
    entries = of_topics(request, queries.topics_found(text, chosen))
    query = QueryDict(mutable=True)
    query["q"] = text
    for field, values in sorted(chosen.items()):
        query.setlist(field, sorted(values))
    name = f"search:{query.urlencode()}"
    query["sort"] = Order.NEWEST
    address = f"{reverse('digests:search')}?{query.urlencode()}"
    sought = [text, *(value for values in chosen.values() for value in values)]
    title = " · ".join(filter(None, [_("Search"), *sought]))
    return answer(request, Channel(name, title, address, entries))
