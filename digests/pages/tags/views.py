from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.pages.caching import cached_page
from digests.pages.parts.about import About, description
from digests.pages.parts.counted import topics_counted
from digests.pages.parts.listed import (
    ListedDigest,
    ListedTopic,
    digest_rows,
    topics_with_tags,
)
from digests.pages.parts.newest import TOPICS_ON_PAGE
from digests.pages.parts.paging import page_of, page_of_count, rows_of
from digests.pages.parts.redirects import permanently_at
from digests.pages.parts.rows import LATEST, named
from digests.pages.tags.co_occurrence import co_occurring
from digests.pages.tags.queries import Subject, digests_with, latest_with, newest_with, subject_at
from digests.pages.tags.tag_list import letters, listed_tags

TAGS_ON_PAGE = 200
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
    topics = page_of_count(request, subject.topic_count, TOPICS_ON_PAGE)
    latest = latest_with(user, subject.tags)
    shown = newest_with(user, subject, rows_of(topics), latest.values())
    digests = page_of(
        request,
        digest_rows(digests_with(user, subject)),
        DIGESTS_ON_PAGE,
        "digests",
        count=subject.digest_count,
    )
    context = {
        "about": _about(subject, shown, topics),
        "subject": subject,
        "topics": topics,
        "listed": topics_with_tags(user, shown, subject.tags),
        "digests": digests,
        "listed_digests": [ListedDigest(*row) for row in digests.object_list],
        "co_occurring": co_occurring(user, subject, latest),
        "latest": LATEST if subject.topic_count > LATEST else None,
    }
    return render(request, "digests/tag.html", context)


def _about(subject: Subject, shown: Iterable[ListedTopic], page: Page[Any]) -> About:
    """The metadata of the page. There is no feed for several tags, or for a tag that only whole
    digests have."""
    has_feed = subject.topic_count and len(subject.tags) == 1
    counted = topics_counted(subject.topic_count)
    return About(
        subject.name,
        description([subject.name, counted, *map(named, shown)]),
        feed=reverse("digests:tag_feed", args=[subject.slug]) if has_feed else "",
        within=((_("Tags"), reverse("digests:tag_list")),),
        variants=subject.get_absolute_url(),
        page=page,
    )
