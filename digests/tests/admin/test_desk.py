"""The admin as an editor uses it: posted forms change rows."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from digests.models import Conflict, Digest, ImportedTopic, ImportRun, Reference, Tag, Topic
from digests.tests.files import import_text, only_digest
from digests.tests.forms import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    import_text(tmp_path)
    return Topic.objects.get(position=0)


def _address(row: Any, action: str = "change") -> str:
    return reverse(f"admin:digests_{row._meta.model_name}_{action}", args=[row.pk])


def _form(client: Client, address: str) -> dict[str, str]:
    return fields_of(client.get(address).content.decode())


def test_every_list_and_form_opens(editor: Client, topic: Topic) -> None:
    for model in (Digest, Topic, Reference, Tag, ImportRun):
        name = model._meta.model_name
        assert editor.get(reverse(f"admin:digests_{name}_changelist")).status_code == 200
        row = model._default_manager.first()
        assert editor.get(_address(row)).status_code == 200


def test_saving_a_topic_derives_it_anew(editor: Client, topic: Topic) -> None:
    data = _form(editor, _address(topic))
    data |= {"title": "新题目", "body": "* **方法**: 新\r\n", "tag_names": "评测，RAG"}
    assert editor.post(_address(topic), data).status_code == 302
    topic = Topic.objects.get(pk=topic.pk)
    assert (topic.heading, topic.body) == ("## 1. 新题目\n", "* **方法**: 新\n")
    assert [point.text for point in topic.points.all()] == ["新"]
    assert {tag.name for tag in topic.own_tags} == {"RAG", "评测"}


def test_saving_without_a_change_changes_no_byte(editor: Client, topic: Topic) -> None:
    fields = ("heading", "body", "title", "number")
    before = Topic.objects.values(*fields).get(pk=topic.pk)
    assert editor.post(_address(topic), _form(editor, _address(topic))).status_code == 302
    assert Topic.objects.values(*fields).get(pk=topic.pk) == before
    digest = only_digest()
    before_digest = Digest.objects.values("front_matter", "preamble", "published_at").get()
    assert editor.post(_address(digest), _form(editor, _address(digest))).status_code == 302
    assert Digest.objects.values("front_matter", "preamble", "published_at").get() == before_digest
    assert not any(
        entry.get_change_message() != "没有字段被修改。" for entry in LogEntry.objects.all()
    )


@pytest.mark.parametrize("body", ["甲\n## 2. 另一个话题\n", "```\n没有结尾\n"])
def test_a_text_that_would_break_the_file_is_refused_and_nothing_typed_is_lost(
    editor: Client, topic: Topic, body: str
) -> None:
    data = _form(editor, _address(topic)) | {"body": body}
    response = editor.post(_address(topic), data)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["body"]
    assert body.strip() in response.content.decode()
    assert Topic.objects.get(pk=topic.pk).body == topic.body


def test_a_topic_that_was_imported_with_an_open_fence_can_get_another_title(
    editor: Client, tmp_path: Path
) -> None:
    import_text(tmp_path, "## 一\n甲\n## 二\n```\n没有结尾\n")
    topic = Topic.objects.get(title="二")
    editor.post(_address(topic), _form(editor, _address(topic)) | {"title": "新"})
    assert Topic.objects.get(pk=topic.pk).title == "新"


def test_a_number_that_no_heading_could_hold_is_refused(editor: Client, topic: Topic) -> None:
    data = _form(editor, _address(topic)) | {"number": "10000"}
    assert editor.post(_address(topic), data).context["adminform"].form.errors["number"]


def test_a_deleted_tag_leaves_the_front_matter_too(editor: Client, topic: Topic) -> None:
    editor.post(_address(Tag.objects.get(name="MCTS"), "delete"), {"post": "yes"})
    assert only_digest().front_matter.count("MCTS") == 0
    assert [tag.name for tag in only_digest().tag_list] == ["RAG"]


def test_a_text_of_more_than_256_kb_is_refused(editor: Client, topic: Topic) -> None:
    data = _form(editor, _address(topic)) | {"body": "长" * 90_000}
    assert editor.post(_address(topic), data).context["adminform"].form.errors["body"]


def test_line_ends_as_browsers_send_them_do_not_count(editor: Client, topic: Topic) -> None:
    data = _form(editor, _address(topic)) | {"body": "1234567\r\n" * 32_000}
    assert editor.post(_address(topic), data).status_code == 302


def _import_long(folder: Path, kilobytes: int) -> Topic:
    """A topic of so many kilobytes, in a digest whose preamble is as long."""
    long = "长文" * 10 + "\n"
    text = long * (kilobytes * 1024 // len(long.encode()) + 1)
    import_text(folder, f"# 标题\n\n{text}\n## 1. 甲\n\n{text}\n## 2. 乙\n\n乙\n")
    return Topic.objects.get(position=0)


@pytest.mark.parametrize("kilobytes", [1024, 200])
def test_a_longer_text_that_was_imported_hinders_no_edit_of_another_field(
    editor: Client, tmp_path: Path, settings: Settings, kilobytes: int
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = kilobytes * 1024
    topic = _import_long(tmp_path, 300)
    body, preamble = topic.body, topic.digest.preamble
    data = _form(editor, _address(topic))
    data |= {"tag_names": "RAG", "title": "新题", "number": "7", "place": "2", "question": "open"}
    assert editor.post(_address(topic), data).status_code == 302
    topic = Topic.objects.get(pk=topic.pk)
    assert [tag.name for tag in topic.own_tags] == ["RAG"]
    assert (topic.title, topic.number, topic.position, topic.question) == ("新题", 7, 1, "open")
    assert topic.body == body
    data = _form(editor, _address(topic.digest)) | {"title": "新标题"}
    assert editor.post(_address(topic.digest), data).status_code == 302
    digest = only_digest()
    assert (digest.title, digest.preamble) == ("新标题", preamble)


def test_a_longer_text_can_be_corrected_and_made_shorter_but_not_longer(
    editor: Client, tmp_path: Path
) -> None:
    topic = _import_long(tmp_path, 300)
    for row, name in ((topic, "body"), (topic.digest, "preamble")):
        data = _form(editor, _address(row))
        longer = data | {name: data[name] + "再长一点\r\n"}
        assert editor.post(_address(row), longer).context["adminform"].form.errors[name]
        corrected = data | {name: data[name].replace("长文", "长篇", 1)}
        assert editor.post(_address(row), corrected).status_code == 302
        data = _form(editor, _address(row))
        assert "长篇" in data[name]
        assert editor.post(_address(row), data | {name: "短\r\n"}).status_code == 302


def test_a_text_that_no_form_can_send_is_not_shown_in_one(
    editor: Client, tmp_path: Path, settings: Settings
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100 * 1024
    topic = _import_long(tmp_path, 300)
    html = editor.get(_address(topic)).content.decode()
    assert 'name="body"' not in html
    assert "300 KB" in html
    assert len(html) < 100_000


@pytest.mark.parametrize("how", ["mine", "theirs"])
def test_a_conflict_about_a_text_that_no_form_can_send_is_decided_for_one_side(
    editor: Client, tmp_path: Path, settings: Settings, how: str
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 80 * 1024
    topic = _import_long(tmp_path, 20)
    conflict = Conflict.objects.create(topic=topic, field="body", base="", theirs="新\n")
    html = editor.get(_address(conflict)).content.decode()
    data = {name: value for name, value in fields_of(html).items() if name in {"seen", "file"}}
    assert 'name="body"' not in html
    assert 'value="edited"' not in html
    assert editor.post(_address(conflict), {**data, "how": "edited"}).status_code == 400
    assert editor.post(_address(conflict), {**data, "how": how}).status_code == 302
    assert ("新" in Topic.objects.get(pk=topic.pk).body) is (how == "theirs")


def test_forms_with_texts_are_sent_without_percents(editor: Client, topic: Topic) -> None:
    for row in (topic, topic.digest):
        assert 'enctype="multipart/form-data"' in editor.get(_address(row)).content.decode()


def test_saving_a_digest_writes_its_front_matter(editor: Client, topic: Topic) -> None:
    digest = only_digest()
    data = _form(editor, _address(digest)) | {"title": "新标题", "tag_names": "RAG"}
    assert editor.post(_address(digest), data).status_code == 302
    digest = only_digest()
    assert digest.title == "新标题"
    assert 'title: "新标题"' in digest.front_matter
    assert "date: 2024-07-11T09:00:00+08:00" in digest.front_matter


def test_a_reference_gets_a_better_title(editor: Client, topic: Topic) -> None:
    reference = Reference.objects.get(key="arxiv:2302.04761")
    data = _form(editor, _address(reference)) | {"editor_title": "Toolformer (2023)"}
    editor.post(_address(reference), data)
    assert Reference.objects.get(pk=reference.pk).title == "Toolformer (2023)"


def test_a_tag_is_renamed_but_not_to_a_name_that_is_taken(editor: Client, topic: Topic) -> None:
    tag = Tag.objects.get(name="RAG")
    editor.post(_address(tag), {"name": "检索增强"})
    assert Tag.objects.get(pk=tag.pk).slug == "rag"
    assert Tag.objects.get(pk=tag.pk).name == "检索增强"
    response = editor.post(_address(tag), {"name": "mcts"})
    assert response.context["adminform"].form.errors["name"]


def test_deleted_topics_are_hidden_and_counted_no_more(editor: Client, topic: Topic) -> None:
    page = editor.get(_address(topic, "delete"))
    assert 'id="deleted-objects"' not in page.content.decode()  # no related rows are deleted
    editor.post(_address(topic, "delete"), {"post": "yes"})
    assert Tag.objects.get(name="RAG").topic_count == 0
    other = Topic.objects.live().get()
    listed = reverse("admin:digests_topic_changelist")
    chosen = {"action": "delete_selected", "_selected_action": other.pk}
    assert str(other) in editor.post(listed, chosen).content.decode()
    editor.post(listed, {**chosen, "post": "yes"})
    assert not Topic.objects.live().exists()
    assert Topic.objects.count() == 2
    assert str(other) not in editor.get(listed).content.decode()
    assert str(other) in editor.get(listed, {"status": "deleted"}).content.decode()


def test_a_deleted_topic_can_be_restored_from_its_page(editor: Client, topic: Topic) -> None:
    editor.post(_address(topic, "delete"), {"post": "yes"})
    version = topic.revisions.latest("pk")
    restoring = reverse("admin:digests_topic_version", args=[topic.pk, version.pk])
    page = editor.get(_address(topic)).content.decode()
    assert f'action="{restoring}"' in page
    assert topic.get_absolute_url() not in page  # readers get a 404 there
    editor.post(restoring)
    assert Topic.objects.live().filter(pk=topic.pk).exists()


@pytest.mark.parametrize("written", ["9999-12-31 08:00:00", "0001-01-01 12:00:00"])
def test_a_date_at_the_ends_of_the_calendar_is_none(
    editor: Client, topic: Topic, written: str
) -> None:
    address = _address(only_digest())
    response = editor.post(address, _form(editor, address) | {"published_at": written})
    assert response.context["adminform"].form.errors.keys() == {"published_at"}


def test_a_topic_moves_to_another_place_in_its_digest(editor: Client, topic: Topic) -> None:
    editor.post(_address(topic), _form(editor, _address(topic)) | {"place": "2"})
    assert [row.title for row in only_digest().topics.all()] == ["其他", "在 RAG 中检索"]
    editor.post(_address(topic), _form(editor, _address(topic)) | {"title": "另一题"})
    assert [row.title for row in only_digest().topics.all()] == ["其他", "另一题"]
    data = _form(editor, _address(topic)) | {"place": "3"}
    assert editor.post(_address(topic), data).context["adminform"].form.errors["place"]


def test_topics_that_are_gone_from_their_file_can_be_listed(
    editor: Client, topic: Topic, tmp_path: Path
) -> None:
    ImportedTopic.objects.filter(topic=topic).update(position=None)
    page = editor.get(reverse("admin:digests_topic_changelist"), {"status": "gone"})
    assert [row.pk for row in page.context["cl"].queryset] == [topic.pk]


def test_a_topic_names_the_runs_that_touched_it(editor: Client, topic: Topic) -> None:
    assert _address(ImportRun.objects.get()) in editor.get(_address(topic)).content.decode()


def test_a_digest_can_be_deleted_with_its_conflicts(admin_client: Client, topic: Topic) -> None:
    Conflict.objects.create(topic=topic, field="body")
    admin_client.post(_address(only_digest(), "delete"), {"post": "yes"})
    assert not Digest.objects.exists()
    assert not Conflict.objects.exists()


def test_editors_may_change_content_and_no_more(editor: Client, topic: Topic) -> None:
    for address in ("/admin/auth/user/", "/admin/auth/group/", "/admin/digests/digest/add/"):
        assert editor.get(address).status_code == 403
    assert editor.get(_address(only_digest(), "delete")).status_code == 403
    user = User.objects.get(username="editor")
    assert user.has_perm("digests.import_digests")
    assert not any(perm.split(".")[0] != "digests" for perm in user.get_all_permissions())


def test_the_desk_is_closed_to_anybody_else(client: Client, topic: Topic) -> None:
    assert client.get(_address(topic)).status_code == 302
    client.force_login(User.objects.create_user("reader"))
    assert client.get(_address(topic)).status_code == 302
    client.force_login(User.objects.create_user("staff", is_staff=True))
    assert client.get(_address(topic)).status_code == 403


def test_the_form_of_a_digest_asks_for_its_topics_at_once(
    editor: Client, topic: Topic, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Topic.objects.bulk_create(
        Topic(digest=topic.digest, position=place, title=f"{place}", heading=f"## {place}\n")
        for place in range(2, 32)
    )
    with django_assert_max_num_queries(15):
        page = editor.get(_address(topic.digest)).content.decode()
    assert page.count("/digests/topic/") >= 32
