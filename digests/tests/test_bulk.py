"""Reads and writes of rows as plain values."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.utils import timezone

from digests.models import Digest, Point, SearchDocument, Tag, TaggedTopic, Topic
from digests.models.bulk import delete_rows, insert_rows, reload, select_rows, update_rows
from digests.tests.files import import_text

pytestmark = pytest.mark.django_db

_TAG = ("name", "slug", "sort_key", "topic_count")


def test_values_are_those_of_the_orm(tmp_path: Path) -> None:
    import_text(tmp_path)
    digests = [digest.pk for digest in Digest.objects.all()]
    columns = ("pk", "title", "published_at", "created_at", "edited_at", "front_matter")
    rows = select_rows(Digest, columns, "pk", digests)
    assert rows == list(Digest.objects.order_by().values_list(*columns))


def test_json_and_packed_values_come_as_they_went(tmp_path: Path) -> None:
    import_text(tmp_path)
    for topic in Topic.objects.all():
        assert select_rows(Topic, ["parts"], "pk", [topic.pk]) == [(topic.parts,)]
    for document in SearchDocument.objects.all():
        found = select_rows(SearchDocument, ["texts"], "object_id", [document.object_id])
        assert (document.texts,) in found


def test_columns_of_the_row_that_a_key_names_come_along(tmp_path: Path) -> None:
    import_text(tmp_path)
    topics = [topic.pk for topic in Topic.objects.all()]
    columns = ("content_object", "tag__name")
    rows = select_rows(TaggedTopic, columns, "content_object", topics, "pk")
    assert rows
    assert rows == [(each.content_object_id, each.tag.name) for each in TaggedTopic.objects.all()]


def test_rows_come_in_their_order_and_only_those_that_are_asked_for(tmp_path: Path) -> None:
    import_text(tmp_path)
    topic = Topic.objects.get(position=0)
    rows = select_rows(Point, ["position"], "topic", [topic.pk], "position", kind="question")
    of_kind = topic.points.filter(kind="question").order_by("position")
    assert rows == list(of_kind.values_list("position"))
    assert len(rows) < topic.points.count()


def test_nothing_is_asked_without_ids(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert select_rows(Topic, ["pk"], "digest", []) == []


@pytest.mark.parametrize("rows", [1, 3_000])
def test_any_number_of_rows_is_stored_and_found(rows: int) -> None:
    names = [f"标签\t{n}\\N \"'{{}}" for n in range(rows)]
    tags = [(name, f"tag-{n}", "", 0) for n, name in enumerate(names)]
    insert_rows(Tag, _TAG, tags)
    assert {name for (name,) in select_rows(Tag, ["name"], "name", names)} == set(names)


@pytest.mark.parametrize("rows", [1, 2])
def test_rows_are_deleted_and_no_others(rows: int) -> None:
    insert_rows(Tag, _TAG, [(name, name, "", 0) for name in "abc"])
    gone = ["a", "b"][:rows]
    delete_rows(Tag, "slug", gone)
    assert {tag.slug for tag in Tag.objects.all()} == {*"abc"} - {*gone}


def test_a_row_that_is_there_gets_new_values() -> None:
    insert_rows(Tag, _TAG, [("甲", "a", "", 1), ("乙", "b", "", 1)])
    again = [("丙", "b", "", 5), ("丁", "c", "", 6)]
    insert_rows(Tag, _TAG, again, update=["topic_count"], unique=["slug"])
    counts = dict(Tag.objects.values_list("name", "topic_count"))
    assert counts == {"甲": 1, "乙": 5, "丁": 6}


@pytest.mark.parametrize("rows", [1, 2])
def test_columns_of_any_number_of_rows_are_updated(tmp_path: Path, rows: int) -> None:
    import_text(tmp_path)
    changed = [topic.pk for topic in Topic.objects.all()[:rows]]
    values = {"edited_at": timezone.now(), "parts": ["甲", {"乙": [1]}], "number": None}
    update_rows(Topic, "pk", changed, values)
    for topic in Topic.objects.all():
        assert ({name: getattr(topic, name) for name in values} == values) == (topic.pk in changed)


def test_a_row_is_read_anew_with_what_is_related_to_it(tmp_path: Path) -> None:
    import_text(tmp_path)
    topic = Topic.objects.select_related("digest").with_tags().defer("body")[0]
    names = [tag.name for tag in topic.own_tags]
    assert names
    Topic.objects.update(title="新题目", parts=["甲"])
    Digest.objects.update(title="新标题")
    TaggedTopic.objects.all().delete()
    reload(topic)
    assert (topic.title, topic.parts, topic.digest.title) == ("新题目", ["甲"], "新标题")
    assert topic.body == Topic.objects.get(pk=topic.pk).body
    assert topic.own_tags == []


def test_a_deleted_row_cannot_be_read_anew(tmp_path: Path) -> None:
    import_text(tmp_path)
    topic = Topic.objects.all()[0]
    Topic.objects.all().delete()
    with pytest.raises(ObjectDoesNotExist):
        reload(topic)


def test_postgresql_plans_a_repeated_statement_once(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no such statements")
    import_text(tmp_path)
    for _ in range(20):
        select_rows(Topic, ["title"], "pk", [1])
        list(Topic.objects.filter(title="甲"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE generic_plans > 0")
        planned = [statement for (statement,) in cursor.fetchall()]
    for column in ("id", "title"):
        assert any(f'WHERE "digests_topic"."{column}" = ' in statement for statement in planned)
