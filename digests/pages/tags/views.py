from django import forms
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.models import Topic
from digests.pages.caching import cached_page
from digests.pages.parts.about import About, description
from digests.pages.parts.counted import topics_counted
from digests.pages.parts.paging import page_of
from digests.pages.parts.redirects import permanently_at
from digests.pages.parts.rows import LATEST, named
from digests.pages.tags.co_occurrence import co_occurring
from digests.pages.tags.queries import Subject, digests_with, subject_at, topics_with
from digests.pages.tags.tag_list import letters, listed_tags

TAGS_ON_PAGE = 200
TOPICS_ON_PAGE = 20
DIGESTS_ON_PAGE = 10


class TagListForm(forms.Form):
    q = forms.CharField(max_length=100, required=False)
    order = forms.ChoiceField(choices=[("name", "name")], required=False)


@cached_page
def tag_list(request: HttpRequest) -> HttpResponse:
    form = TagListForm(request.GET)
    form.full_clean()  # invalid values are left out of cleaned_data
    name, by_name = form.cleaned_data.get("q", ""), bool(form.cleaned_data.get("order"))
    tags = listed_tags(request.user, name, by_name=by_name)
    initials = letters(tags, TAGS_ON_PAGE) if by_name else []
    count = sum(count for _letter, count, _page in initials) if by_name else None
    page = page_of(request, tags, TAGS_ON_PAGE, count=count)
    about = About(_("Tags"), page=page)
    context = {"about": about, "page": page, "name": name, "by_name": by_name, "letters": initials}
    return render(request, "digests/tag_list.html", context)


@cached_page
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of one tag, or of several tags joined by plus signs."""
    user = request.user
    subject = subject_at(user, slug)
    if slug != subject.slug:
        return permanently_at(request, subject.get_absolute_url())
    tagged = topics_with(user, subject.tags).with_tags()
    topics = page_of(request, tagged, TOPICS_ON_PAGE, count=subject.topic_count)
    whole = digests_with(user, subject.tags)
    digests = page_of(request, whole, DIGESTS_ON_PAGE, "digests", count=subject.digest_count)
    context = {
        "about": _about(subject, topics),
        "subject": subject,
        "topics": topics,
        "digests": digests,
        "co_occurring": co_occurring(user, subject),
        "latest": LATEST if subject.topic_count > LATEST else None,
    }
    return render(request, "digests/tag.html", context)


def _about(subject: Subject, topics: Page[Topic]) -> About:
    """The metadata of the page. There is no feed for several tags, or for a tag that only whole
    digests have."""
    has_feed = subject.topic_count and len(subject.tags) == 1
    counted = topics_counted(subject.topic_count)
    return About(
        subject.name,
        description([subject.name, counted, *map(named, topics)]),
        feed=reverse("digests:tag_feed", args=[subject.slug]) if has_feed else "",
        within=((_("Tags"), reverse("digests:tag_list")),),
        variants=subject.get_absolute_url(),
        page=topics,
    )
