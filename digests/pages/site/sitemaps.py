"""Sitemaps, in pages of 2,000 ids.

A page is a range of ids instead of a number of rows. So the last page costs as little as the first,
and each row stays on its page, which means that pages of old rows hardly ever change.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from math import ceil
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap, views
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.functional import cached_property

from digests.models import Digest, Reference, Tag, Topic
from digests.pages.caching import cached_page

_Row = TypeVar("_Row", Digest, Reference, Tag, Topic)
_View = Callable[..., HttpResponseBase]
_ANYBODY = AnonymousUser()
IDS_ON_PAGE = 2000  # a page of 2,000 topics takes a third of a second


class _IdPaginator(Paginator[_Row]):
    object_list: QuerySet[_Row]

    @cached_property
    def num_pages(self) -> int:
        highest = self.object_list.order_by("-pk").values_list("pk", flat=True).first()
        return max(1, ceil((highest or 0) / self.per_page))

    def page(self, number: int | str) -> Page[_Row]:
        valid = self.validate_number(number)
        before = self.object_list.filter(pk__lte=valid * self.per_page)
        rows = before.filter(pk__gt=(valid - 1) * self.per_page).order_by("pk")
        return Page(rows, valid, self)


class _Rows(Sitemap[_Row]):
    limit = IDS_ON_PAGE

    @property
    def paginator(self) -> Paginator[_Row]:
        return _IdPaginator(cast("QuerySet[_Row]", self.items()), self.limit)

    def get_latest_lastmod(self) -> None:
        """Give no date for the whole map, because finding it would read every row."""


class _Texts(_Rows[_Row]):
    def lastmod(self, row: Digest | Topic) -> datetime:
        return max(row.updated_at, row.edited_at or row.updated_at)


class _Digests(_Texts[Digest]):
    def items(self) -> QuerySet[Digest]:
        return Digest.objects.visible_to(_ANYBODY).only("slug", "updated_at", "edited_at")


class _Topics(_Texts[Topic]):
    def items(self) -> QuerySet[Topic]:
        return Topic.objects.visible_to(_ANYBODY).only("title", "updated_at", "edited_at")


class _Tags(_Rows[Tag]):
    def items(self) -> QuerySet[Tag]:
        return Tag.objects.visible_to(_ANYBODY).used().only("slug")


class _References(_Rows[Reference]):
    def items(self) -> QuerySet[Reference]:
        cited = Reference.objects.visible_to(_ANYBODY).cited()
        return cited.only("key", "cited_title", "editor_title", "url")


SECTIONS: dict[str, type[Sitemap[Any]]] = {
    "digests": _Digests,
    "topics": _Topics,
    "tags": _Tags,
    "references": _References,
}


def _public(view: _View) -> _View:
    """Answer 404 if the site requires a login, because search engines cannot read it then."""

    @login_not_required
    @cached_page
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        if settings.KB_LOGIN_REQUIRED:
            raise Http404
        return view(request, SECTIONS, **kwargs)

    return answer


index = _public(partial(views.index, sitemap_url_name="digests:sitemap"))
section = _public(views.sitemap)
