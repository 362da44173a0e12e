from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from digests.pages.parts.addresses import permanently_at
from digests.pages.parts.paging import page_of_cited
from digests.pages.topics.queries import place_of, surroundings, topic_with_tags
from digests.pages.variants.answering import Format


@require_safe
def topic(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    found = topic_with_tags(request.user, pk)
    if found is None:
        raise Http404
    if slug != found.slug:
        return permanently_at(request, found.get_absolute_url())
    around = surroundings(request.user, found)
    references = page_of_cited(request, around.cited)
    context = {
        "topic": found,
        "place": place_of(request.user, found),
        "around": around,
        "references": references,
        "markdown": Format.MARKDOWN.address(found.get_absolute_url()),
    }
    return render(request, "digests/topic.html", context)
