"""The pages that are not in the tree: tags and the search."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.urls import include, path
from taggit.models import Tag
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from peer.models import DigestPage, Reference, TopicPage


def tag(request, slug):
    subject = get_object_or_404(Tag, slug=slug)
    tagged = TopicPage.objects.listed().filter(tagged_items__tag=subject)
    topics = TopicPage.objects.filter(tagged_items__tag=subject).values("pk")
    others = Tag.objects.filter(peer_topictag_items__content_object__in=topics)
    cited = Reference.objects.filter(citations__topic__in=topics)
    context = {
        "subject": subject,
        "topics": Paginator(tagged, 20).get_page(request.GET.get("page")),
        "digests": DigestPage.objects.listed().filter(tagged_items__tag=subject)[:10],
        "together": others.exclude(pk=subject.pk).annotate(n=Count("pk")).order_by("-n", "pk")[:12],
        "cited": cited.annotate(n=Count("pk")).order_by("-n", "pk")[:8],
    }
    return render(request, "peer/tag.html", context)


def search(request):
    query = request.GET.get("q", "")
    topics = TopicPage.objects.live().select_related("digest").prefetch_related("tags")
    found = topics.search(query) if query else topics.none()
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    return render(request, "peer/search.html", {"query": query, "topics": page})


urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("tags/<str:slug>/", tag, name="tag"),
    path("search/", search, name="search"),
    path("", include(wagtail_urls)),
]
