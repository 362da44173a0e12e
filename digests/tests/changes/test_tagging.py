"""Tags whose names look alike are one."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from digests.changes.tagging import ids_of_names
from digests.models import Digest, RejectedTag, Tag, Topic
from digests.search.results import find
from digests.tests import builders
from digests.tests.files import edit_topic, import_text
from digests.tests.forms import fields_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("GPT-4o", "GPT‑4o"),
        ("GPT–4o", "GPT−4o"),
        ("约翰·史密斯", "约翰•史密斯"),
        ("ジョン・スミス", "ジョン･スミス"),
        ("Let’s Encrypt", "let's encrypt"),
        ("“苦涩”的教训", '"苦涩"的教训'),
        ("RAG", "R\u200bAG"),
        ("Тест–1", "Тест-1"),
        ("?!", "？！"),
    ],
)
def test_two_spellings_that_look_alike_are_one_tag(tmp_path: Path, first: str, second: str) -> None:
    for name, spelling in (("1.md", first), ("2.md", second)):
        quoted = spelling.replace('"', '\\"')
        import_text(
            tmp_path, f'---\ntags: ["{quoted}"]\n---\n## 1. 谈 {spelling} 的话题\n', name=name
        )
    assert [tag.topic_count for tag in Tag.objects.all()] == [2]
    assert find.search(f"tag:「{second}」").total == find.search(f"tag:「{first}」").total == 2


def test_the_spelling_of_a_file_is_shown_until_another_one_is_chosen(tmp_path: Path) -> None:
    import_text(tmp_path, "---\ntags: [GPT–4o, GPT-4o, MCTS]\n---\n## 1. GPT-4o\n")
    assert {tag.name for tag in Tag.objects.all()} == {"GPT–4o", "MCTS"}
    [topic] = Topic.objects.all()
    edit_topic(topic, tags=["GPT−4o"])
    assert {tag.name for tag in Tag.objects.all()} == {"GPT–4o", "MCTS"}


@pytest.fixture
def pair() -> tuple[Tag, Tag]:
    """Two tags that look alike, as an older version stored them."""
    older = Tag.objects.create(name="GPT-4o", slug="gpt-4o")
    return older, Tag.objects.create(name="GPT–4o", slug="gpt-4o_1")


def test_of_two_tags_that_look_alike_a_file_gets_the_older(
    tmp_path: Path, pair: tuple[Tag, Tag]
) -> None:
    for number, name in enumerate(("GPT–4o", "GPT-4o", "GPT—4o")):
        text = f"---\ntags: [{name}]\n---\n## 1. 用 GPT-4o\n"
        import_text(tmp_path, text, name=f"{number}.md")
    assert [tag.topic_count for tag in Tag.objects.order_by("pk")] == [3, 0]


def test_a_site_with_two_tags_that_look_alike_is_rebuilt_and_stays_as_it_is(
    tmp_path: Path, pair: tuple[Tag, Tag]
) -> None:
    import_text(tmp_path, "## 1. 甲\n\n## 2. 乙\n")
    one, other = Topic.objects.order_by("position")
    for topic, tag in ((one, pair[0]), (other, pair[1])):
        topic.taggings.create(tag=tag)
    call_command("rebuild")
    call_command("rebuild", "--stale")
    assert [[tag.pk for tag in topic.own_tags] for topic in (one, other)] == [
        [tag.pk] for tag in pair
    ]
    assert find.search("tag:GPT‑4o").total == 2


def test_who_edits_a_topic_with_two_tags_that_look_alike_keeps_both(
    admin_client: Client, tmp_path: Path, pair: tuple[Tag, Tag]
) -> None:
    import_text(tmp_path, "---\ntitle: 周报\n---\n## 1. 甲\n* **问题**: 乙\n")
    [topic] = Topic.objects.all()
    for tag in pair:
        topic.taggings.create(tag=tag)
    address = f"/admin/digests/topic/{topic.pk}/change/"
    sent = fields_of(admin_client.get(address).content.decode())
    answer = admin_client.post(address, {**sent, "title": "丙"})
    assert answer.status_code == 302
    topic.refresh_from_db()
    assert topic.title == "丙"
    assert {tag.pk for tag in topic.own_tags} == {tag.pk for tag in pair}
    assert not RejectedTag.objects.exists()


def test_a_tag_that_looks_like_another_cannot_be_made_by_hand(
    admin_client: Client, pair: tuple[Tag, Tag]
) -> None:
    answer = admin_client.post("/admin/digests/tag/add/", {"name": "GPT—4o"})
    assert list(answer.context["adminform"].form.errors) == ["name"]
    # One of the two can be told apart at last.
    address = f"/admin/digests/tag/{pair[1].pk}/change/"
    assert admin_client.post(address, {"name": "GPT–4o"}).status_code == 302
    assert admin_client.post(address, {"name": "GPT-4o mini"}).status_code == 302


def test_each_name_has_a_tag_even_if_two_look_alike() -> None:
    tags = Tag.objects.get_or_create_named(["RAG", "GPT–4o", "rag", "GPT-4o"])
    assert [tag.name for tag in tags] == ["RAG", "GPT–4o", "RAG", "GPT–4o"]


def test_tags_that_are_spelled_as_they_are_stored_take_one_query(
    pair: tuple[Tag, Tag], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert ids_of_names([tag.name for tag in pair]) == [tag.pk for tag in pair]


@pytest.mark.parametrize("typed", ["gpt-4", "gpt‑4", "GPT—4"])
def test_lists_of_tags_are_filtered_by_what_a_name_looks_like(
    client: Client, admin_client: Client, typed: str
) -> None:
    builders.topic(builders.digest(), tags=["GPT–4o", "GPT−4 Turbo", "gpt4"])
    response = client.get("/tags/", {"q": typed})
    assert [tag.name for tag in response.context["page"]] == ["GPT–4o", "GPT−4 Turbo"]
    desk = admin_client.get("/admin/digests/tag/", {"q": typed})
    assert {tag.name for tag in desk.context["cl"].result_list} == {"GPT–4o", "GPT−4 Turbo"}


def test_digests_keep_the_names_of_their_files(tmp_path: Path) -> None:
    import_text(tmp_path, "---\ntags: [GPT-4o]\n---\n## 1. 甲\n", name="1.md")
    text = "---\ntags: [GPT–4o]\n---\n## 1. 甲\n"
    import_text(tmp_path, text, name="2.md")
    assert import_text(tmp_path, text, name="2.md").status == "unchanged"
    digest = Digest.objects.get(slug="2")
    assert [tagging.name for tagging in digest.taggings.all()] == ["GPT–4o"]
    assert digest.whole_text() == text
