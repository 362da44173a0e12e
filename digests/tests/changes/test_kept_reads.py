"""A write reads the rows of its topic once, and again when it has changed them."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext

from digests.changes import editing
from digests.changes.transaction import write_transaction
from digests.models import Citation, Point, Tag, TaggedTopic, Topic
from digests.models.bulk import insert_rows, select_rows, update_rows
from digests.tests.files import import_text

pytestmark = pytest.mark.django_db

Rows = list[tuple[object, ...]]


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    import_text(tmp_path)
    return Topic.objects.filter(citations__isnull=False, taggings__isnull=False)[0]


def _slugs(topic: Topic) -> Rows:
    return select_rows(TaggedTopic, ["tag__slug"], "content_object", [topic.pk], "pk")


def _kinds(topic: Topic) -> Rows:
    return select_rows(Point, ["kind"], "topic", [topic.pk], "position")


def test_a_save_of_other_words_reads_points_citations_and_tags_once(topic: Topic) -> None:
    tags = [tag.name for tag in topic.own_tags]
    save = partial(
        editing.save_topic, topic, by=None, number=topic.number, title=topic.title, tags=tags
    )
    with CaptureQueriesContext(connection) as queries:
        save(body=f"{topic.body}\n又一句。\n")
    for model in (Point, Citation, TaggedTopic):
        start = f'FROM "{model._meta.db_table}"'
        assert sum(start in query["sql"] for query in queries.captured_queries) == 1


def test_the_same_columns_are_read_as_without_a_write(topic: Topic) -> None:
    asked: list[Callable[[], Rows]] = [
        lambda: _slugs(topic),
        lambda: _kinds(topic),
        lambda: select_rows(Citation, ["topic", "url", "sentences"], "topic", [topic.pk]),
        lambda: select_rows(Citation, ["reference__key"], "topic", [topic.pk], "position"),
        lambda: select_rows(Citation, ["position"], "topic", [topic.pk], "-position"),
        lambda: select_rows(Citation, ["reference__host"], "topic", [topic.pk], "position"),
    ]
    expected = [ask() for ask in asked]
    assert all(expected)
    with write_transaction():
        assert [ask() for ask in asked] == expected


def test_rows_of_another_topic_are_read(topic: Topic) -> None:
    other = Topic.objects.exclude(pk=topic.pk)[0]
    expected = [_slugs(other), _kinds(other)]
    with write_transaction():
        _slugs(topic), _kinds(topic)
        assert [_slugs(other), _kinds(other)] == expected


_TAGGING = ("content_object", "tag", "origin")
CHANGES: list[Callable[[Topic], object]] = [
    lambda topic: topic.taggings.all().delete(),
    lambda topic: Tag.objects.all().delete(),
    lambda topic: Tag.objects.update(slug=Concat("slug", Value("-2"))),
    lambda topic: update_rows(TaggedTopic, "content_object", [topic.pk], {"tag": _new_tag()}),
    lambda topic: insert_rows(TaggedTopic, _TAGGING, [_tagging(topic, 1)]),
    lambda topic: insert_rows(TaggedTopic, _TAGGING, [_tagging(topic, n) for n in range(30)]),
]


def _tagging(topic: Topic, number: int) -> tuple[int, int, str]:
    return topic.pk, _new_tag(number), "file"


def _new_tag(number: int = 0) -> int:
    pk: int = Tag.objects.create(name=f"新标签 {number}", slug=f"new-{number}").pk
    return pk


@pytest.mark.parametrize("change", CHANGES)
def test_rows_are_read_again_after_a_change(
    topic: Topic, change: Callable[[Topic], object]
) -> None:
    with write_transaction():
        before = _slugs(topic)
        change(topic)
        after = _slugs(topic)
    assert before != after == _slugs(topic)


def test_rows_are_read_again_after_a_part_of_the_write_was_undone(topic: Topic) -> None:
    with write_transaction():
        before = _slugs(topic)
        with transaction.atomic():
            topic.taggings.all().delete()
            assert _slugs(topic) == []
            transaction.set_rollback(True)
        assert _slugs(topic) == before
