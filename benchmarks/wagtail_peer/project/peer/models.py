"""Pages of digests and topics, as a Wagtail site has them, each with the rows that it shows."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.db import models
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import Tag, TaggedItemBase
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail.snippets.models import register_snippet


@register_snippet
class Reference(models.Model):
    title = models.TextField()
    url = models.TextField(blank=True)
    topic_count = models.PositiveIntegerField(default=0)

    def __str__(self):
        return self.title


class HomePage(Page):
    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        digests = list(DigestPage.objects.listed()[:7])
        since = digests[0].published_at - timedelta(days=90)
        topics = TopicPage.objects.live().filter(digest__published_at__gte=since)
        cited = Reference.objects.filter(citations__topic__in=topics.values("pk"))
        tagged = Tag.objects.filter(peer_topictag_items__content_object__in=topics.values("pk"))
        context.update(
            newest=digests[0],
            newest_topics=digests[0].topics.live().defer("body").order_by("path"),
            earlier=digests[1:],
            open_questions=TopicPage.objects.listed().filter(is_open=True)[:5],
            discussed=cited.annotate(recent=models.Count("pk")).order_by("-recent", "pk")[:8],
            tags=tagged.annotate(recent=models.Count("pk")).order_by("-recent", "pk")[:10],
        )
        return context


class DigestIndexPage(Page):
    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        paginator = Paginator(DigestPage.objects.listed(), 20)
        context["digests"] = paginator.get_page(request.GET.get("page"))
        return context


class DigestTag(TaggedItemBase):
    content_object = ParentalKey(
        "DigestPage", on_delete=models.CASCADE, related_name="tagged_items"
    )


class DigestQuerySet(PageQuerySet):
    def listed(self):
        """The digests of a list, newest first; their topics are counted by the tree."""
        return self.live().defer("intro").order_by("-published_at").prefetch_related("tags")


class DigestPage(Page):
    published_at = models.DateTimeField(db_index=True)
    intro = RichTextField(blank=True)
    tags = ClusterTaggableManager(through=DigestTag, blank=True)

    objects = PageManager.from_queryset(DigestQuerySet)()
    search_fields = [*Page.search_fields, index.SearchField("intro")]

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        topics = self.topics.live().order_by("path").prefetch_related("tags")
        references = Reference.objects.filter(citations__topic__digest=self)
        context.update(topics=topics, reference_count=references.distinct().count())
        return context


class TopicTag(TaggedItemBase):
    content_object = ParentalKey("TopicPage", on_delete=models.CASCADE, related_name="tagged_items")


class TopicQuerySet(PageQuerySet):
    def listed(self):
        """The topics of a list, newest first."""
        topics = self.live().defer("body").select_related("digest").prefetch_related("tags")
        return topics.order_by("-digest__published_at", "path")


class TopicPage(Page):
    # Also the parent in the tree; the key saves each list a query for the parent of each row.
    digest = models.ForeignKey(DigestPage, models.PROTECT, related_name="topics")
    number = models.PositiveIntegerField(null=True, blank=True)
    body = RichTextField()
    is_open = models.BooleanField(default=False, db_index=True)
    tags = ClusterTaggableManager(through=TopicTag, blank=True)

    objects = PageManager.from_queryset(TopicQuerySet)()
    search_fields = [*Page.search_fields, index.SearchField("body")]

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        contents = list(self.digest.topics.live().defer("body").order_by("path"))
        place = contents.index(self)
        context.update(
            contents=contents,
            previous=contents[place - 1] if place else None,
            next=contents[place + 1] if place + 1 < len(contents) else None,
            citations=self.citations.select_related("reference"),
            related=self._related(),
        )
        return context

    def _related(self):
        """The topics that have most tags in common with this one."""
        shared = TopicTag.objects.filter(tag__in=self.tags.all()).exclude(content_object=self)
        counted = shared.values("content_object").annotate(n=models.Count("pk"))
        pks = [row["content_object"] for row in counted.order_by("-n", "-content_object")[:12]]
        found = TopicPage.objects.select_related("digest").defer("body").in_bulk(pks)
        return [found[pk] for pk in pks]


class Citation(Orderable):
    topic = ParentalKey(TopicPage, on_delete=models.CASCADE, related_name="citations")
    reference = models.ForeignKey(Reference, models.PROTECT, related_name="citations")
