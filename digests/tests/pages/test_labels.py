import re
from importlib import import_module

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from digests.pages.labels.queries import LabelledPoint
from digests.tests import builders
from digests.vocabulary import PointKind, TopicStatus

pytestmark = pytest.mark.django_db


def points(client: Client, address: str) -> list[LabelledPoint]:
    return list(client.get(address).context["points"])


def test_all_kinds_are_listed_with_the_number_of_their_points(client: Client) -> None:
    digest = builders.digest()
    builders.topic(digest, body="* **问题**: 一\n* **Question**: 二\n* **结论**: 三\n")
    for status in (TopicStatus.ARCHIVED, TopicStatus.DELETED):
        builders.topic(digest, body="* **问题**: 没人看见\n* **经验**: 也没有\n", status=status)
    response = client.get("/labels/")
    counts = dict(response.context["labels"])
    assert list(counts) == list(PointKind)
    assert counts[PointKind.QUESTION] == 2
    assert counts[PointKind.CONCLUSION] == 1
    assert counts[PointKind.EXPERIENCE] == 0
    assertContains(response, '<span class="count">2 points</span>', html=True)


def test_labels_that_nobody_knows_are_listed_as_written_and_lead_to_their_points(
    client: Client,
) -> None:
    body = "* **背景**: 一\n* **背景**: 二\n* **R&D**: 三\n"
    builders.topic(builders.digest(), body=body)
    response = client.get("/labels/")
    assert response.context["unknown"] == [("背景", 2), ("R&D", 1)]
    assertContains(response, "/labels/other/?label=R%26D")
    (point,) = points(client, "/labels/other/?label=R%26D")
    assert (point.label, point.rendered) == ("R&D", "三")
    assert len(points(client, "/labels/other/")) == 3


def test_of_very_many_unknown_labels_the_most_frequent_are_listed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The package has a view of the name of the module.
    monkeypatch.setattr(import_module("digests.pages.labels.views"), "UNKNOWN_LABELS", 1)
    digest = builders.digest()
    builders.topic(digest, body="* **背景**: 一\n")
    assertNotContains(client.get("/labels/"), "All points with another label")
    builders.topic(digest, body="* **原因**: 一\n* **原因**: 二\n")
    response = client.get("/labels/")
    assert response.context["unknown"] == [("原因", 2)]
    assertContains(response, "All points with another label")


def test_without_points_the_list_has_no_other_labels(client: Client) -> None:
    assertNotContains(client.get("/labels/"), "Other labels")


def test_the_points_of_a_label_come_newest_first_as_readers_see_them(client: Client) -> None:
    newer, older = builders.digests(2)
    old = builders.topic(older, "昨天", body="* **结论**: 旧的\n")
    new = builders.topic(newer, "今天", body="* **问题**: 甲\n* **结论**: **新**的\n")
    shown = points(client, "/labels/conclusion/")
    assert [(point.topic.pk, point.rendered) for point in shown] == [
        (new.pk, "<strong>新</strong>的"),
        (old.pk, "旧的"),
    ]
    assertContains(client.get("/labels/conclusion/"), "<strong>新</strong>的")


def test_a_point_links_to_its_place_in_its_topic(client: Client) -> None:
    body = "* **结论**: 一\n* **背景**: 二\n* **Conclusion**: 三\n* **原因**: 四\n"
    topic = builders.topic(builders.digest(), body=body)
    here = topic.get_absolute_url()
    shown = points(client, "/labels/conclusion/") + points(client, "/labels/other/")
    assert [point.get_absolute_url() for point in shown] == [
        f"{here}#conclusion",
        f"{here}#conclusion-2",
        f"{here}#point",
        f"{here}#point-2",
    ]


def test_footnotes_of_points_are_on_the_pages_of_their_topics(client: Client) -> None:
    digest = builders.digest()
    body = "* **结论**: 甲[^1]\n\n[^1]: 注\n"
    topics = [builders.topic(digest, body=body) for _ in range(2)]
    page = client.get("/labels/conclusion/").content.decode()
    ids = re.findall(r'id="([^"]*fnref-1)"', page)
    assert len(set(ids)) == 2
    for topic in topics:
        (target,) = re.findall(rf'href="{topic.get_absolute_url()}#([^"]*fn-1)"', page)
        assertContains(client.get(topic.get_absolute_url()), f'id="{target}"')


def test_a_label_that_is_written_differently_is_shown_as_written(client: Client) -> None:
    client.cookies["django_language"] = "zh-hans"
    builders.topic(builders.digest(), body="* **结论**: 一\n* **Conclusion**: 二\n")
    response = client.get("/labels/conclusion/")
    assertNotContains(response, '<span class="label">结论</span>')
    assertContains(response, '<span class="label">Conclusion</span>', count=1)


@pytest.mark.parametrize("status", [TopicStatus.ARCHIVED, TopicStatus.DELETED])
def test_what_readers_do_not_meet_has_no_points(client: Client, status: TopicStatus) -> None:
    builders.topic(builders.digest(), status=status)
    assertContains(client.get("/labels/conclusion/"), "No point has this label.")


def test_hidden_points_are_not_counted(client: Client) -> None:
    digest = builders.digest()
    builders.topic(digest, body="* **问题**: 一\n* **结论**: 二\n")
    for status in (TopicStatus.ARCHIVED, TopicStatus.DELETED):
        builders.topic(digest, body="* **问题**: 没人看见\n", status=status)
    assertContains(client.get("/labels/question/"), "1 point, newest first")


@pytest.mark.parametrize("kind", ["unknown", "Conclusion", "结论", "a%00b"])
def test_an_unknown_kind_is_not_found(client: Client, kind: str) -> None:
    assert client.get(f"/labels/{kind}/").status_code == 404


def test_a_tag_narrows_the_points_and_the_most_used_are_offered(client: Client) -> None:
    digest = builders.digest()
    tagged = builders.topic(digest, tags=["RAG", "MCTS"])
    builders.topic(digest, tags=["RAG"])
    builders.topic(digest, body="* **问题**: 别的标签\n", tags=["别的"])
    response = client.get("/labels/conclusion/")
    assert [tag.name for tag in response.context["tags"]] == ["RAG", "MCTS"]
    assertContains(response, 'href="?tag=mcts"')
    (point,) = points(client, "/labels/conclusion/?tag=mcts")
    assert point.topic.pk == tagged.pk
    assertContains(client.get("/labels/conclusion/?tag=mcts"), "/labels/question/?tag=mcts")


@pytest.mark.parametrize("slug", ["unknown", "a%00b"])
def test_an_unknown_tag_is_told(client: Client, slug: str) -> None:
    builders.topic(builders.digest())
    response = client.get(f"/labels/conclusion/?tag={slug}")
    assertContains(response, "There is no such tag")
    assert len(response.context["points"]) == 1


def test_a_tag_is_asked_for_by_its_name_too(client: Client) -> None:
    digest = builders.digest()
    builders.topic(digest, body="* **问题**: 一\n", tags=["RAG"])
    builders.topic(digest, body="* **问题**: 二\n")
    response = client.get("/labels/question/?tag=RAG")
    assertNotContains(response, "There is no such tag")
    assert len(response.context["points"]) == 1


def test_of_a_tag_without_points_it_says_so_and_not_more(client: Client) -> None:
    digest = builders.digest()
    builders.topic(digest, body="* **问题**: 一\n")
    builders.topic(digest, body="* **结论**: 二\n", tags=["RAG"])
    response = client.get("/labels/question/?tag=rag")
    assertContains(response, "No topic with this tag has a point with this label.")


def test_the_points_are_paged(client: Client) -> None:
    builders.topic(builders.digest(), body="".join(f"* **结论**: 第 {n}\n" for n in range(21)))
    (last,) = points(client, "/labels/conclusion/?page=2")
    assert last.rendered == "第 20"
