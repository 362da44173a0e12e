from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from digests import text
from digests.models import Tag
from digests.queries.tags import digests_tagged, topics_tagged
from digests.views.addresses import permanently_at
from digests.views.paging import page_of

TAGS_ON_PAGE = 200
TOPICS_ON_PAGE = 20
DIGESTS_ON_PAGE = 10


@require_safe
def tag_list(request: HttpRequest) -> HttpResponse:
    page = page_of(request, Tag.objects.used().most_used_first(), TAGS_ON_PAGE)
    return render(request, "digests/tag_list.html", {"page": page})


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    tags = Tag.objects.with_digest_count()
    found = tags.filter(slug=slug).first() or get_object_or_404(tags, slug=text.slug_or_hash(slug))
    if slug != found.slug:
        return permanently_at(request, found.get_absolute_url())
    topics = page_of(request, topics_tagged(found), TOPICS_ON_PAGE, count=found.topic_count)
    digests = page_of(
        request, digests_tagged(found), DIGESTS_ON_PAGE, "digests", count=found.digest_count
    )
    context = {"tag": found, "topics": topics, "digests": digests}
    return render(request, "digests/tag.html", context)
