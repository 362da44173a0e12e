from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from digests.queries.topics import surroundings, topic_in_place
from digests.views.addresses import permanently_at


@require_safe
def topic(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    place = topic_in_place(pk)
    if place is None:
        raise Http404
    found = place.topic
    if slug != found.slug:
        return permanently_at(request, found.get_absolute_url())
    context = {"topic": found, "place": place, "around": surroundings(found)}
    return render(request, "digests/topic.html", context)
