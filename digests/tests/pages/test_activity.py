"""The page of changes: what editors and imports changed lately, and who may see by whom."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains
from pytest_django.fixtures import Settings

from digests.changes import editing
from digests.models import Digest, Reference, Revision, Topic
from digests.pages.activity import queries, views
from digests.tests import builders
from digests.tests.files import SMALL, edit_topic, import_text
from digests.tests.pages.feeds.reading import read, titles
from digests.vocabulary import TopicStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(tmp_path: Path) -> Topic:
    """The topic 在 RAG 中检索 of an imported digest."""
    import_text(tmp_path)
    return Topic.objects.get(number=1)


@pytest.fixture
def author() -> User:
    return User.objects.create_user("jiangbian", first_name="江", last_name="编辑")


def listed(client: Client, address: str = "/changes/") -> list[tuple[str, str, str]]:
    """The title, the author and the summary of each change on a page."""
    changes = client.get(address).context["changes"]
    return [(str(change.row), change.author, change.summary) for change in changes]


def test_without_changes_it_says_so(client: Client) -> None:
    assertContains(client.get("/changes/"), "Nothing has changed yet.")
    assert titles(read(client, "/changes.atom")) == []


def test_a_new_digest_is_one_change(client: Client, imported: Topic) -> None:
    assert listed(client) == [("小结", "Import", "New")]


def test_an_edit_says_which_fields_changed(client: Client, imported: Topic, author: User) -> None:
    edit_topic(imported, by=author, title="检索", tags=["RAG", "新"])
    assert listed(client)[0] == ("检索", "Editor", "Changed: title, tags")
    address = Topic.objects.get(number=1).get_absolute_url()
    assertContains(client.get("/changes/"), f'href="{address}"')


def test_an_import_says_what_it_changed(client: Client, imported: Topic, tmp_path: Path) -> None:
    import_text(tmp_path, SMALL.replace("先看数据", "再看数据").replace("前言", "序"))
    assert sorted(listed(client)[:2]) == [
        ("其他", "Import", "Changed: text"),
        ("小结", "Import", "Changed: preamble"),
    ]


def test_the_newest_change_comes_first(client: Client, imported: Topic, author: User) -> None:
    edit_topic(imported, by=author, title="一")
    edit_topic(imported, by=author, title="二")
    builders.digest("2024-08-01", title="后来")
    assert [summary for _, _, summary in listed(client)] == [
        "New", "Changed: title", "Changed: title", "New",
    ]  # fmt: skip


def test_a_title_that_an_editor_gives_a_reference_is_a_change(
    client: Client, imported: Topic, author: User
) -> None:
    reference = Reference.objects.get(key="arxiv:2302.04761")
    editing.save_reference(reference, by=author, editor_title="工具")
    assert listed(client)[0] == ("工具", "Editor", "Changed: title")


def test_a_reference_that_readers_find_in_no_list_is_not_listed(
    client: Client, imported: Topic, author: User
) -> None:
    reference = Reference.objects.get(key="arxiv:2302.04761")
    editing.save_reference(reference, by=author, editor_title="工具")
    editing.delete_topics(Topic.objects.filter(pk=imported.pk), by=author)
    assert "工具" not in client.get("/references/").text
    assert "工具" not in [title for title, *_ in listed(client)]
    assert "工具" not in titles(read(client, "/changes.atom"))


def test_what_a_write_derives_of_a_reference_is_no_change(
    client: Client, imported: Topic, author: User, tmp_path: Path
) -> None:
    import_text(tmp_path, SMALL.replace("[Toolformer]", "[工具]"))
    edit_topic(imported, by=author, body=imported.body.replace("[Toolformer]", "[工具二]"))
    assert Reference.objects.get(key__contains="arxiv").title == "工具二"
    assert not Revision.objects.filter(reference__isnull=False).exists()
    assert {title for title, *_ in listed(client)} == {"小结", "在 RAG 中检索"}


def test_what_older_versions_of_the_program_recorded_of_references_is_no_change(
    client: Client, imported: Topic
) -> None:
    reference = Reference.objects.get(key__contains="arxiv")
    for title in ("甲", "乙"):
        values = {"editor_title": "", "cited_title": title, "kind": "paper", "url": ""}
        Revision.objects.create(reference=reference, values=values)
    assert {title for title, *_ in listed(client)} == {"小结"}


def test_a_version_with_a_field_that_is_no_more_is_shown(
    client: Client, imported: Topic, author: User
) -> None:
    edit_topic(imported, by=author, title="检索")
    for revision in Revision.objects.all():
        revision.values["of_old"] = revision.pk
        revision.save()
    assert listed(client)[0] == ("检索", "Editor", "Changed: title")


@pytest.mark.parametrize("status", [TopicStatus.ARCHIVED, TopicStatus.DELETED])
def test_topics_that_no_list_has_are_not_listed(
    client: Client, imported: Topic, author: User, status: TopicStatus
) -> None:
    edit_topic(imported, by=author, title="走了")
    assert "走了" in [title for title, *_ in listed(client)]
    Topic.objects.filter(pk=imported.pk).update(status=status)
    assert listed(client) == [("小结", "Import", "New")]
    assert titles(read(client, "/changes.atom")) == ["小结"]


def test_a_deleted_digest_takes_its_changes_along(
    client: Client, imported: Topic, author: User
) -> None:
    edit_topic(imported, by=author, title="检索")
    editing.delete_digests(Digest.objects.all())
    assert listed(client) == []


def test_names_of_accounts_are_for_those_who_are_signed_in(
    editor: Client, imported: Topic, author: User
) -> None:
    edit_topic(imported, by=author, title="检索")
    assertContains(editor.get("/changes/"), "江 编辑")
    public = [Client().get("/changes/"), Client().get("/changes.atom"), editor.get("/changes.atom")]
    for response in public:
        assertContains(response, "检索")
        assertNotContains(response, "jiangbian")
        assertNotContains(response, "江")


def test_a_change_outlives_the_account(client: Client, imported: Topic, author: User) -> None:
    edit_topic(imported, by=author, title="检索")
    author.delete()
    assert listed(client)[0] == ("检索", "Editor", "Changed: title")


def test_a_closed_site_shows_changes_to_members(client: Client, settings: Settings) -> None:
    settings.KB_LOGIN_REQUIRED = True
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]
    assert client.get("/changes/").status_code == 302
    assert client.get("/changes.atom").status_code == 403


def test_it_has_pages(client: Client) -> None:
    builders.digests(views.CHANGES_ON_PAGE + 1)
    assert len(listed(client)) == views.CHANGES_ON_PAGE
    assert len(listed(client, "/changes/?page=2")) == 1
    assert listed(client, "/changes/?page=9") == listed(client, "/changes/?page=2")


def test_it_ends_after_the_latest_changes(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_CHANGES", 3)
    digests = builders.digests(4)
    for days, digest in enumerate(digests):
        created = timezone.now() - timedelta(days=days)
        Digest.objects.filter(pk=digest.pk).update(created_at=created)
    assert len(listed(client)) == 3
    assertContains(client.get("/changes/"), "The list ends after 3 changes.")
    digests[0].delete()
    assert len(listed(client)) == 3
    assertNotContains(client.get("/changes/"), "The list ends")


def test_the_feed_has_an_entry_for_each_change(
    client: Client, imported: Topic, author: User
) -> None:
    edit_topic(imported, by=author, title="检索")
    feed = read(client, "/changes.atom")
    assert titles(feed) == ["检索", "小结"]
    assert feed.entries[0].content[0].value == "<p>Topic · Editor · Changed: title</p>"
    assert feed.entries[0].link.endswith(Topic.objects.get(number=1).get_absolute_url())
    assert len({entry.id for entry in feed.entries}) == 2


def test_the_site_links_to_the_page_and_its_feed(client: Client) -> None:
    assertContains(client.get("/"), 'href="/changes/"')
    assertContains(client.get("/feeds/"), "/changes.atom")
    assertContains(client.get("/changes/"), 'href="/changes.atom"')
