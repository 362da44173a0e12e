"""The version of the content goes up with what readers see, and only with it."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digests.changes import editing
from digests.changes.transaction import write_transaction
from digests.importing import Status
from digests.models import ContentVersion, Digest, FeedToken, Reference, Tag, Topic
from digests.models.bulk import insert_rows
from digests.tests.files import SMALL, edit_digest, edit_topic, import_text
from digests.tests.forms import fields_of
from digests.vocabulary import QuestionState

pytestmark = pytest.mark.django_db


def current() -> int:
    return ContentVersion.objects.current()


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    import_text(tmp_path)
    return Topic.objects.get(position=0)


def test_a_database_without_a_write_has_version_0() -> None:
    assert current() == 0


def test_every_edit_raises_it(topic: Topic) -> None:
    user, reference, tag = None, Reference.objects.all()[0], Tag.objects.all()[0]
    edits: list[Callable[[], object]] = [
        lambda: edit_topic(topic, title="新题目"),
        lambda: edit_topic(topic, question=QuestionState.OPEN),
        lambda: edit_digest(topic.digest, title="新标题"),
        lambda: editing.move_topic(topic, by=user, place=2),
        lambda: editing.save_reference(reference, by=user, editor_title="新名"),
        lambda: editing.save_tag(tag),
        lambda: editing.delete_topics(Topic.objects.filter(pk=topic.pk), by=user),
        lambda: editing.delete_tags(Tag.objects.filter(pk=tag.pk), by=user),
        lambda: editing.delete_digests(Digest.objects.all()),
    ]
    for edit in edits:
        before = current()
        edit()
        assert current() > before


def test_an_import_raises_it_and_one_without_news_does_not(tmp_path: Path) -> None:
    import_text(tmp_path)
    first = current()
    assert first > 0
    assert import_text(tmp_path).status is Status.UNCHANGED
    assert current() == first
    import_text(tmp_path, SMALL.replace("混合检索", "重排"))
    assert current() > first


def test_a_dry_run_leaves_it(tmp_path: Path) -> None:
    import_text(tmp_path)
    before = current()
    report = import_text(tmp_path, SMALL.replace("混合检索", "重排"), dry_run=True)
    assert report.status is Status.UPDATED
    assert current() == before


def test_a_write_that_fails_leaves_it(topic: Topic) -> None:
    before, title = current(), topic.title

    def fail() -> None:
        with write_transaction():
            edit_topic(topic, title="新题目")
            raise DatabaseError

    with pytest.raises(DatabaseError):
        fail()
    assert current() == before
    assert Topic.objects.get(pk=topic.pk).title == title


def test_a_transaction_that_only_reads_leaves_it(topic: Topic) -> None:
    before = current()
    with write_transaction(), transaction.atomic():
        assert Topic.objects.exists()
    assert current() == before


def test_writes_within_a_write_raise_it_once(topic: Topic) -> None:
    with CaptureQueriesContext(connection) as captured, write_transaction():
        edit_topic(topic, title="甲")
        edit_topic(topic, title="乙")
    updates = [query["sql"] for query in captured if "digests_contentversion" in query["sql"]]
    assert len(updates) == 1


def test_a_form_that_is_refused_leaves_it_and_one_that_is_saved_raises_it(
    editor: Client, topic: Topic
) -> None:
    before = current()
    address = reverse("admin:digests_topic_change", args=[topic.pk])
    form = fields_of(editor.get(address).content.decode())
    assert editor.post(address, {**form, "number": "x"}).status_code == 200
    assert current() == before
    assert editor.post(address, {**form, "title": "新题目"}).status_code == 302
    assert current() > before


def test_a_rebuild_raises_it_after_rows_were_changed_by_hand(topic: Topic) -> None:
    before = current()
    Digest.objects.update(title="由手改名")
    assert current() == before
    call_command("rebuild")
    assert current() > before


@pytest.mark.parametrize("rows", [1, 30])
def test_rows_that_are_inserted_as_plain_values_raise_it(topic: Topic, rows: int) -> None:
    before = current()
    with write_transaction():
        tags = [(f"标签 {n}", f"tag-{n}", "", 0) for n in range(rows)]
        insert_rows(Tag, ("name", "slug", "sort_key", "topic_count"), tags)
    assert current() > before


def test_a_rebuild_of_what_is_stale_leaves_it_if_nothing_is(tmp_path: Path) -> None:
    import_text(tmp_path)
    before = current()
    call_command("rebuild", "--stale")
    assert current() == before
    Topic.objects.update(renderer_version=0)
    call_command("rebuild", "--stale")
    assert current() > before


def test_what_no_page_shows_leaves_it(editor: Client, topic: Topic) -> None:
    before = current()
    editor.get("/")
    FeedToken.objects.renew(User.objects.get())
    editor.logout()
    assert current() == before


def test_it_is_the_time_of_the_write_in_microseconds() -> None:
    before = time.time_ns() // 1000
    with write_transaction():
        Tag.objects.create(name="a", slug="a")
    assert before <= current() <= time.time_ns() // 1000


def test_it_goes_up_although_the_clock_was_put_back() -> None:
    in_an_hour = time.time_ns() // 1000 + 3_600_000_000
    ContentVersion.objects.create(pk=1, number=in_an_hour)
    with write_transaction():
        Tag.objects.create(name="a", slug="a")
    assert current() == in_an_hour + 1
