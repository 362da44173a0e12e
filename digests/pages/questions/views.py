from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.pages.caching import cached_page
from digests.pages.parts.about import About
from digests.pages.parts.filters import TagFilter
from digests.pages.parts.paging import page_of_count, rows_of
from digests.pages.questions.queries import newest_open, tags_of_open, topics_open, with_questions

QUESTIONS_ON_PAGE = 20


@cached_page
def questions(request: HttpRequest) -> HttpResponse:
    tag, is_unknown = TagFilter(request.GET).chosen(request.user)
    topics = topics_open(request.user, tag)
    page = page_of_count(request, topics.count(), QUESTIONS_ON_PAGE)
    shown = newest_open(request.user, topics, rows_of(page))
    context = {
        "about": About(_("Open questions"), feed=reverse("digests:questions_feed"), page=page),
        "page": page,
        "questions": with_questions(request.user, shown),
        "tag": tag,
        "tag_is_unknown": is_unknown,
        "tags": [] if tag else tags_of_open(request.user),
    }
    return render(request, "digests/questions.html", context)
