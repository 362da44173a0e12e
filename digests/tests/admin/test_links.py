"""No page links to one that the same account may not open."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from digests.models import Conflict, Digest, ImportedFile, ImportRun, Topic
from digests.tests.files import edit_topic, import_text

pytestmark = pytest.mark.django_db

_LINK = re.compile(r'href="(/admin/[^"#]*)"')


@pytest.fixture
def pages(tmp_path: Path) -> list[str]:
    """Addresses of pages with links to the admin: those of rows for readers, and its own."""
    import_text(tmp_path)
    run = ImportRun.objects.get()
    run.user = User.objects.create_user("importer", is_staff=True)
    run.save()
    topic = edit_topic(Topic.objects.get(position=0), title="新题")
    digest = Digest.objects.get()
    topic.revisions.update(run=run)
    conflict = Conflict.objects.create(topic=topic, field="title", base="", theirs="…", run=run)
    rows = [topic, digest, run, ImportedFile.objects.get(), conflict]
    changes = [
        reverse(f"admin:digests_{row._meta.model_name}_change", args=[row.pk]) for row in rows
    ]
    histories = [
        reverse(f"admin:digests_{row._meta.model_name}_history", args=[row.pk])
        for row in (topic, digest)
    ]
    return [topic.get_absolute_url(), digest.get_absolute_url(), "/admin/", *changes, *histories]


def staff(*rights: str, group: str = "") -> Client:
    user = User.objects.create_user("somebody", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    if group:
        user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "rights",
    [
        [],
        ["view_topic"],
        ["change_topic"],
        ["change_digest"],
        ["change_topic", "change_conflict", "view_conflict"],
        ["view_importrun"],
        ["view_importedfile", "view_importrun"],
        ["view_conflict", "view_digest"],
        ["view_importrun", "view_user", "change_digest", "change_topic"],
    ],
)
def test_staff_with_some_rights_meet_no_link_to_what_they_may_not_open(
    pages: list[str], rights: list[str]
) -> None:
    _assert_opens_its_links(staff(*rights), pages)


def test_editors_meet_no_link_to_what_they_may_not_open(pages: list[str]) -> None:
    _assert_opens_its_links(staff(group="编辑"), pages)


def _assert_opens_its_links(client: Client, pages: list[str]) -> None:
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200 or page.startswith("/admin/")
        if response.status_code == 200:
            for link in _LINK.findall(response.content.decode()):
                assert client.get(link.replace("&amp;", "&")).status_code < 400, (page, link)


def test_an_import_names_its_user_also_to_who_may_not_open_the_account(pages: list[str]) -> None:
    run = next(page for page in pages if "importrun" in page)
    assert "importer" in staff("view_importrun").get(run).content.decode()


def test_who_may_open_it_is_linked_to_what_a_page_is_about(
    pages: list[str], admin_client: Client
) -> None:
    links = [_LINK.findall(admin_client.get(page).content.decode()) for page in pages]
    topic, digest, _index, *rest = links
    assert any("/admin/digests/topic/" in link for link in topic)
    assert any("/admin/digests/digest/" in link for link in digest)
    of_run = rest[2]
    assert any("/admin/auth/user/" in link for link in of_run)


@pytest.mark.parametrize("right", ["change_topic", "change_digest"])
def test_whoever_may_change_one_of_both_is_led_to_edit_that_alone(
    pages: list[str], right: str
) -> None:
    topic, digest, *_ = pages
    client = staff(right)
    edits = {page: "/change/" in client.get(page).content.decode() for page in (topic, digest)}
    assert edits == {topic: right == "change_topic", digest: right == "change_digest"}
