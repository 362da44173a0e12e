"""The feed of a search."""

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.models import Topic
from digests.pages.feeds.access import atom_feed
from digests.pages.feeds.atom import Channel
from digests.pages.feeds.entries import of_topics
from digests.pages.feeds.queries import ENTRIES
from digests.pages.search.views import read_input
from digests.search import results as searching
from digests.search.engines import Order


@atom_feed
def search_feed(request: HttpRequest) -> Channel:
    """Topics that match the query exactly, the newest first.

    The relaxed results that the page offers if nothing matches are left out: they would come and
    go.
    """
    text, chosen, _order, _page = read_input(request)
    found = searching.newest(text, chosen=chosen, limit=ENTRIES)
    topics = Topic.objects.visible_to(request.user).filter(pk__in=found)
    entries = of_topics(request, topics)
    query = QueryDict(mutable=True)
    query["q"] = text
    for field, values in sorted(chosen.items()):
        query.setlist(field, sorted(values))
    name = f"search:{query.urlencode()}"
    query["sort"] = Order.NEWEST
    address = f"{reverse('digests:search')}?{query.urlencode()}"
    sought = [text, *(value for values in chosen.values() for value in values)]
    title = " · ".join(filter(None, [_("Search"), *sought]))
    return Channel(name, title, address, entries)
