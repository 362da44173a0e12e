from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from digests.models import Topic
from digests.queries.topics import topic_in_place
from digests.views.addresses import permanently_at


@require_safe
def topic(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    found = get_object_or_404(Topic.objects.with_page().with_digest(), pk=pk)
    if slug != found.slug:
        return permanently_at(request, found.get_absolute_url())
    context = {"topic": found, "around": topic_in_place(found)}
    return render(request, "digests/topic.html", context)
