"""The inbox of conflicts: its columns, and the three decisions."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from digests.changes import editing
from digests.merging.differences import Change
from digests.models import Conflict, Digest, ImportRun, Topic
from digests.tests.files import edit_digest, edit_topic, import_text, only_digest
from digests.tests.forms import fields_of
from digests.vocabulary import ConflictField, Settlement

pytestmark = pytest.mark.django_db

BASE = "* **问题**: 召回率低\n* **结论**: 用混合检索\n"
OURS = "* **问题**: 召回率太低\n* **结论**: 用混合检索\n"
THEIRS = "* **问题**: 召回率只有三成\n* **结论**: 用混合检索\n"


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    import_text(tmp_path, f"## 1. 在 RAG 中检索\n{BASE}\n## 2. 其他\n甲\n")
    return edit_topic(Topic.objects.get(position=0), body=OURS)


@pytest.fixture
def conflict(topic: Topic) -> Conflict:
    run = ImportRun.objects.create(origin="test")
    return Conflict.objects.create(
        topic=topic, field=ConflictField.BODY, base=BASE, theirs=THEIRS, run=run
    )


def _address(row: Any) -> str:
    return reverse(f"admin:digests_{row._meta.model_name}_change", args=[row.pk])


INBOX = "/admin/digests/conflict/"


def _send(client: Client, conflict: Conflict, how: str, **typed: str) -> Any:
    form = fields_of(client.get(_address(conflict)).content.decode())
    return client.post(_address(conflict), {**form, "how": how, **typed})


def _body(topic: Topic) -> str:
    return Topic.objects.get(pk=topic.pk).body


def _texts(response: Any) -> list[str]:
    """The texts of the three columns, without removed parts."""
    return [
        "".join(
            text
            for stretch in response.context[column]
            for change, text in stretch.pieces
            if change is not Change.REMOVED or column == "before"
        )
        for column in ("before", "ours", "theirs")
    ]


def test_the_inbox_lists_open_ones_and_the_front_of_the_desk_counts_them(
    editor: Client, conflict: Conflict
) -> None:
    editor.cookies["django_language"] = "en"
    assert _address(conflict) in editor.get(INBOX).content.decode()
    assert "1 conflict waits for a decision" in editor.get("/admin/").content.decode()
    _send(editor, conflict, "mine")
    assert _address(conflict) not in editor.get(INBOX).content.decode()
    assert _address(conflict) in editor.get(INBOX, {"state": "settled"}).content.decode()
    assert _address(conflict) in editor.get(INBOX, {"state": "all"}).content.decode()
    assert "waits for a decision" not in editor.get("/admin/").content.decode()


def test_it_shows_the_three_texts_with_what_each_side_changed(
    editor: Client, conflict: Conflict, topic: Topic
) -> None:
    response = editor.get(_address(conflict))
    assert _texts(response) == [text.rstrip("\n") for text in (BASE, OURS, THEIRS)]
    page = response.content.decode()
    assert "<ins>" in page
    assert f'href="{_address(conflict)}"' in editor.get(_address(topic)).content.decode()
    for link in (topic.get_absolute_url(), _address(topic), _address(conflict.run)):
        assert f'href="{link}"' in page


def test_an_editor_who_went_back_to_the_old_text_can_still_take_that_of_the_file(
    editor: Client, conflict: Conflict, topic: Topic
) -> None:
    edit_topic(topic, body=BASE)
    assert _texts(editor.get(_address(conflict))) == [
        text.rstrip("\n") for text in (BASE, BASE, THEIRS)
    ]
    _send(editor, conflict, "theirs")
    assert _body(topic) == THEIRS


def test_taking_mine_leaves_the_text(editor: Client, conflict: Conflict, topic: Topic) -> None:
    _send(editor, conflict, "mine")
    conflict.refresh_from_db()
    assert conflict.settlement == Settlement.MINE
    assert conflict.settled_by == User.objects.get(username="editor")
    assert _body(topic) == OURS


def test_taking_theirs_takes_the_text_of_the_file(
    editor: Client, conflict: Conflict, topic: Topic
) -> None:
    assert _send(editor, conflict, "theirs").status_code == 302
    assert _body(topic) == THEIRS


def test_a_text_of_both_can_be_written(editor: Client, conflict: Conflict, topic: Topic) -> None:
    written = "* **问题**: 召回率太低，只有三成\n* **结论**: 用混合检索\n"
    _send(editor, conflict, "edited", body=written.replace("\n", "\r\n"))
    assert _body(topic) == written
    conflict.refresh_from_db()
    assert conflict.settlement == Settlement.EDITED


def test_what_would_break_the_file_is_refused_here_too(
    editor: Client, conflict: Conflict, topic: Topic
) -> None:
    response = _send(editor, conflict, "edited", body="甲\n## 2. 另一个话题\n")
    assert response.status_code == 200
    assert response.context["form"].errors["body"]
    assert "另一个话题" in fields_of(response.content.decode())["body"]
    assert _body(topic) == OURS
    assert Conflict.objects.open().exists()


@pytest.mark.parametrize(
    ("field", "base", "theirs", "typed"),
    [
        ("title", "旧", "文件的", "两者"),
        ("number", "1", "", "7"),
    ],
)
def test_numbers_and_titles_are_settled_alike(
    editor: Client, topic: Topic, field: str, base: str, theirs: str, typed: str
) -> None:
    conflict = Conflict.objects.create(topic=topic, field=field, base=base, theirs=theirs)
    assert _send(editor, conflict, "edited", **{field: typed}).status_code == 302
    assert str(getattr(Topic.objects.get(pk=topic.pk), field)) == typed
    again = Conflict.objects.create(topic=topic, field=field, base=base, theirs=theirs)
    assert _send(editor, again, "theirs").status_code == 302
    assert str(getattr(Topic.objects.get(pk=topic.pk), field) or "") == theirs


def test_the_date_of_a_digest_is_shown_and_typed_in_the_time_of_the_site(
    editor: Client, topic: Topic
) -> None:
    conflict = Conflict.objects.create(
        digest=only_digest(),
        field="published_at",
        base="2024-07-10T00:00:00+00:00",
        theirs="2024-07-11T00:00:00+00:00",
    )
    assert _texts(editor.get(_address(conflict)))[2] == "2024-07-11 08:00:00"
    _send(editor, conflict, "edited", published_at="2024-07-12 08:00:00")
    assert Digest.objects.get().published_at.isoformat() == "2024-07-12T00:00:00+00:00"


def test_a_preamble_is_settled_in_the_same_way(editor: Client, topic: Topic) -> None:
    digest = edit_digest(only_digest(), preamble="编辑的。\n")
    conflict = Conflict.objects.create(
        digest=digest, field="preamble", base="原来的。\n", theirs="文件的。\n"
    )
    _send(editor, conflict, "edited", preamble="两者的。\n")
    assert only_digest().preamble == "两者的。\n"


@pytest.mark.parametrize("how", ["mine", "theirs", "edited"])
def test_nothing_is_settled_on_a_text_that_the_page_did_not_show(
    editor: Client, conflict: Conflict, topic: Topic, how: str
) -> None:
    form = fields_of(editor.get(_address(conflict)).content.decode())
    newer = OURS.replace("太低", "极低")
    edit_topic(topic, body=newer)
    typed = OURS.replace("太低", "偏低")
    response = editor.post(_address(conflict), {**form, "how": how, "body": typed})
    assert response.status_code == 200
    assert _body(topic) == newer
    assert Conflict.objects.open().exists()
    assert "极低" in response.content.decode()
    again = fields_of(response.content.decode())
    assert again["body"].replace("\r\n", "\n") == typed
    assert editor.post(_address(conflict), {**again, "how": "edited"}).status_code == 302
    assert _body(topic) == typed


def test_a_file_that_changed_meanwhile_is_looked_at_again(
    editor: Client, conflict: Conflict, topic: Topic
) -> None:
    form = fields_of(editor.get(_address(conflict)).content.decode())
    Conflict.objects.update(theirs=THEIRS.replace("三成", "两成"))
    response = editor.post(_address(conflict), {**form, "how": "theirs"})
    assert response.status_code == 200
    assert "两成" in response.content.decode()
    assert _body(topic) == OURS


def test_a_settled_one_tells_how_and_offers_nothing(
    editor: Client, conflict: Conflict, topic: Topic
) -> None:
    form = fields_of(editor.get(_address(conflict)).content.decode())
    _send(editor, conflict, "theirs")
    page = editor.get(_address(conflict)).content.decode()
    assert 'name="how"' not in page
    conflict.refresh_from_db()
    assert str(conflict.get_settlement_display()).replace("'", "&#x27;") in page
    # A second editor had the page open: the text that they typed is not lost.
    late = editor.post(_address(conflict), {**form, "how": "edited", "body": "我的版本"})
    assert "我的版本" in late.content.decode()
    assert _body(topic) == THEIRS


def test_who_may_only_look_sees_no_buttons_and_cannot_decide(
    client: Client, conflict: Conflict, topic: Topic
) -> None:
    user = User.objects.create_user("looker", is_staff=True)
    client.force_login(user)
    assert client.get(_address(conflict)).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="view_conflict"))
    page = client.get(_address(conflict))
    assert page.status_code == 200
    assert 'name="how"' not in page.content.decode()
    assert client.post(_address(conflict), {"how": "theirs"}).status_code == 403
    assert _body(topic) == OURS


def test_nobody_adds_or_deletes_one_and_an_unknown_one_is_not_found(
    admin_client: Client, conflict: Conflict
) -> None:
    assert admin_client.get(f"{INBOX}add/").status_code == 404
    assert admin_client.post(f"{INBOX}{conflict.pk}/delete/").status_code == 403
    assert admin_client.get(f"{INBOX}404/change/").status_code == 404
    assert _send(admin_client, conflict, "nonsense").status_code == 400


def test_to_decide_needs_the_right_to_change_the_topic(client: Client, conflict: Conflict) -> None:
    user = User.objects.create_user("desk", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_conflict"))
    client.force_login(user)
    assert client.post(_address(conflict), {"how": "theirs"}).status_code == 403
    assert Conflict.objects.open().exists()


def test_who_decides_about_a_deleted_topic_is_told(
    editor: Client, conflict: Conflict, topic: Topic
) -> None:
    editing.delete_topics(Topic.objects.filter(pk=topic.pk), by=None)
    form = {**fields_of(editor.get(_address(conflict)).content.decode()), "how": "theirs"}
    page = editor.post(_address(conflict), form, follow=True).content.decode()
    assert "读者看不到这个话题" in page
