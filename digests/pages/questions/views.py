from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from digests.pages.caching import cached_page
from digests.pages.parts.about import About
from digests.pages.parts.filters import TagFilter
from digests.pages.parts.paging import page_of, rows_on
from digests.pages.questions.queries import open_questions, tags_of_open, topics_open

QUESTIONS_ON_PAGE = 20


@cached_page
def questions(request: HttpRequest) -> HttpResponse:
    tag, is_unknown = TagFilter(request.GET).chosen(request.user)
    page = page_of(request, topics_open(request.user, tag), QUESTIONS_ON_PAGE)
    context = {
        "about": About(_("Open questions"), feed=reverse("digests:questions_feed"), page=page),
        "page": page,
        "topics": open_questions(request.user, rows_on(page)),
        "tag": tag,
        "tag_is_unknown": is_unknown,
        "tags": [] if tag else tags_of_open(request.user),
    }
    return render(request, "digests/questions.html", context)
