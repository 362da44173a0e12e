"""Queries that are written once for all readers with the same rights."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.db.models import QuerySet

from digests.models import Digest, Reader
from digests.models.kept import kept_models, kept_query
from digests.models.statements import PlannedSlot, Slot
from digests.tests import builders

pytestmark = pytest.mark.django_db


def test_rows_are_those_of_the_values_that_are_given() -> None:
    @kept_query
    def titles(user: Reader, slugs: Slot, at: Slot) -> QuerySet[Any, Any]:
        found = Digest.objects.visible_to(user).filter(slug__one_of=slugs, published_at=at)
        return found.order_by("slug").values_list("title")

    one, two, three = (builders.digest(slug, title=slug.upper()) for slug in "abc")
    for wanted in ([one], [two, three], [three, two, one]):
        for digest in wanted:
            digest.published_at = one.published_at
            digest.save()
        rows = titles(AnonymousUser(), [each.slug for each in wanted], one.published_at)
        assert rows == [(slug.upper(),) for slug in sorted(each.slug for each in wanted)]


def test_it_is_written_once_for_each_audience(django_user_model: type[User]) -> None:
    written: list[Reader] = []

    @kept_query
    def slugs(user: Reader, slug: Slot) -> QuerySet[Any, Any]:
        written.append(user)
        return Digest.objects.visible_to(user).filter(slug=slug).values_list("slug")

    builders.digest("a")
    anybody = AnonymousUser()
    member = django_user_model.objects.create_user("li", password="x")
    staff = django_user_model.objects.create_user("hua", password="x", is_staff=True)
    for reader in (anybody, member, staff, anybody, member, staff):
        assert slugs(reader, "a") == [("a",)]
    assert written == [anybody, member, staff]


def test_an_empty_list_asks_nothing(django_assert_num_queries: Any) -> None:
    @kept_query
    def slugs(user: Reader, slugs: Slot) -> QuerySet[Any, Any]:
        return Digest.objects.visible_to(user).filter(slug__one_of=slugs).values_list("slug")

    with django_assert_num_queries(0):
        assert slugs(AnonymousUser(), []) == []


def test_models_have_the_columns_that_the_query_names_and_read_others_when_asked(
    django_assert_num_queries: Any,
) -> None:
    @kept_models
    def digests(user: Reader, slugs: Slot) -> QuerySet[Digest]:
        found = Digest.objects.visible_to(user).filter(slug__one_of=slugs)
        return found.order_by("-slug").only("title", "published_at")

    one, two = (builders.digest(slug, title=slug.upper()) for slug in "ab")
    for _ in range(2):
        assert digests(AnonymousUser(), ["a", "b"]) == [two, one]
    [found] = digests(AnonymousUser(), ["a"])
    with django_assert_num_queries(0):
        assert (found.title, found.published_at) == ("A", one.published_at)
    with django_assert_num_queries(1):
        assert found.slug == "a"


def test_a_planned_value_is_a_number_and_part_of_the_statement_of_postgresql(
    django_assert_num_queries: Any,
) -> None:
    @kept_query
    def slugs(user: Reader, pk: Slot) -> QuerySet[Any, Any]:
        found = Digest.objects.visible_to(user).filter(pk=PlannedSlot(pk.number))
        return found.values_list("slug")

    for slug in "ab":
        digest = builders.digest(slug)
        with django_assert_num_queries(1) as asked:
            assert slugs(AnonymousUser(), digest.pk) == [(slug,)]
        assert f'"id" = ({digest.pk})' in asked.captured_queries[0]["sql"]
    if connection.vendor == "postgresql":
        with pytest.raises(ValueError, match="invalid literal"):
            slugs(AnonymousUser(), "1) OR (1=1")


@pytest.mark.parametrize("number", [1, 2, 12])
def test_values_of_the_query_stay_apart_from_those_it_is_given(number: int) -> None:
    title = "100% 'so' \\ \"%s\""

    @kept_query
    def slugs(user: Reader, pks: Slot, before: Slot) -> QuerySet[Any, Any]:
        found = Digest.objects.visible_to(user).filter(title=title, pk__one_of=pks)
        found = found.exclude(slug="").filter(published_at__lt=before, title__contains="0%")
        return found.order_by("slug").values_list("slug")

    digests = [builders.digest(f"{number:02}", title=title) for number in range(number)]
    other = builders.digest("other", title="100")
    pks = [digest.pk for digest in (*digests, other)]
    at = max(digest.published_at for digest in digests) + timedelta(1)
    assert slugs(AnonymousUser(), pks, at) == [(digest.slug,) for digest in digests]
    assert slugs(AnonymousUser(), pks[-1:], at) == []
    assert slugs(AnonymousUser(), pks[:1], at) == [(digests[0].slug,)]
