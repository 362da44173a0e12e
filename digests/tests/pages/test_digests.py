import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.asserts import (
    assertContains,
    assertNotContains,
    assertRedirects,
    assertTemplateUsed,
)

from digests.models import DigestAlias
from digests.tests import builders
from digests.tests.files import import_text, only_digest
from digests.vocabulary import TopicStatus

pytestmark = pytest.mark.django_db


def test_the_list_holds_the_newest_first_under_their_months(client: Client) -> None:
    older = builders.digest("2024-06-30", published_at=builders.DAY - timedelta(days=10))
    newer = builders.digest("2024-07-10", tags=["MCTS"])
    builders.topic(newer)
    response = client.get("/digests/")
    text = response.content.decode()
    assert text.index(newer.get_absolute_url()) < text.index(older.get_absolute_url())
    assert text.index("July 2024") < text.index("June 2024")
    assertContains(response, "July 10, 2024")
    assertContains(response, "1 topic")
    assertContains(response, "/tags/mcts/")


def test_a_date_is_that_of_the_time_zone_of_the_site(client: Client) -> None:
    builders.digest(published_at=builders.DAY.replace(hour=0, minute=30))
    assertContains(client.get("/digests/"), "July 10, 2024")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("", 1), ("2", 2), ("99", 2), ("0", 1), ("-3", 1), ("x", 1), ("１", 1), ("9" * 5000, 1)],
)
def test_the_list_shows_the_page_asked_for_or_the_nearest(
    client: Client, asked: str, shown: int
) -> None:
    builders.digests(21)
    response = client.get("/digests/", {"page": asked})
    assert response.status_code == 200
    assert response.context["page"].number == shown


def test_the_pages_are_linked(client: Client) -> None:
    builders.digests(21)
    assertContains(client.get("/digests/"), 'href="?page=2" rel="next"')
    assertContains(client.get("/digests/?page=2"), 'href="?page=1" rel="prev"')


def test_a_digest_shows_its_preamble_and_every_topic_in_full(client: Client) -> None:
    digest = builders.digest(preamble="本期由群友整理。", tags=["RAG"])
    first = builders.topic(digest, "第一个话题", tags=["MCTS"])
    second = builders.topic(digest, "第二个话题", body="* **方向**: 用 MCTS 优化检索\n")
    reference = builders.reference()
    builders.citation(second, reference)
    response = client.get("/digests/2024-07-10/")
    assertContains(response, "本期由群友整理。")
    assertContains(response, "状态的卡间通信会不会成为瓶颈")
    assertContains(response, "用 MCTS 优化检索")
    for topic in (first, second):
        assertContains(response, f'href="#topic-{topic.pk}"')
        assertContains(response, f'id="topic-{topic.pk}"')
        assertContains(response, topic.get_absolute_url())
    assertContains(response, reference.get_absolute_url())
    assertContains(response, "/tags/mcts/")
    assertContains(response, "Tags of the digest", count=1)  # at the second topic alone


def test_footnotes_of_two_texts_on_the_page_do_not_meet(client: Client, tmp_path: Path) -> None:
    note = "甲[^1]\n\n[^1]: 注\n\n"
    import_text(tmp_path, f"# 题\n\n{note}## 1. 一\n\n{note}## 2. 二\n\n{note}")
    page = client.get("/digests/2024-07-11/").content.decode()
    ids = re.findall(r' id="([^"]*)"', page)
    assert len([found for found in ids if "fn" in found]) == 6
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*fn[^"]*)"', page)) <= set(ids)


def test_a_digest_shows_what_its_preamble_cites(client: Client) -> None:
    digest = builders.digest()
    reference = builders.reference()
    builders.citation(digest, reference, item=None)
    assertContains(client.get(digest.get_absolute_url()), reference.get_absolute_url())


def test_a_digest_leads_to_the_older_and_the_newer(client: Client) -> None:
    newest, middle, oldest = builders.digests(3)
    response = client.get(middle.get_absolute_url())
    assertContains(response, f'href="{newest.get_absolute_url()}" rel="next"')
    assertContains(response, f'href="{oldest.get_absolute_url()}" rel="prev"')
    assertNotContains(client.get(newest.get_absolute_url()), 'rel="next"')
    assertNotContains(client.get(oldest.get_absolute_url()), 'rel="prev"')


def test_digests_of_the_same_moment_are_neighbours_too(client: Client) -> None:
    one = builders.digest("2024-07-10-a")
    other = builders.digest("2024-07-10-b")
    assert client.get(one.get_absolute_url()).context["full"].newer.pk == other.pk
    assert client.get(other.get_absolute_url()).context["full"].older.pk == one.pk


def test_a_digest_without_topics_has_a_page(client: Client) -> None:
    digest = builders.digest(tags=["RAG"])
    response = client.get(digest.get_absolute_url())
    assertTemplateUsed(response, "digests/digest.html")
    assertContains(response, "/tags/rag/")


@pytest.mark.parametrize("slug", ["unknown", "未知", "a%00b", "%ff", "a%0Ab"])
def test_an_unknown_digest_is_not_found(client: Client, slug: str) -> None:
    assert client.get(f"/digests/{slug}/").status_code == 404


def test_the_address_that_a_digest_had_leads_to_it(client: Client) -> None:
    digest = builders.digest("2024-07-10")
    DigestAlias.objects.create(slug="第一期", digest=digest)
    response = client.get("/digests/第一期/?from=feed")
    assertRedirects(response, "/digests/2024-07-10/?from=feed", status_code=301)


def test_a_digest_that_has_this_address_itself_comes_before_one_that_had_it(
    client: Client,
) -> None:
    other = builders.digest("第一期", title="另一期")
    DigestAlias.objects.create(slug=other.slug, digest=builders.digest("2024-07-10"))
    assertContains(client.get(other.get_absolute_url()), "另一期")


def test_it_says_when_it_was_edited_since_its_import(client: Client) -> None:
    digest = builders.digest(edited_at=builders.DAY + timedelta(days=2))
    response = client.get(digest.get_absolute_url())
    assertContains(response, "Edited since import")
    assertContains(response, "July 12, 2024")


def test_a_digest_tells_how_much_is_in_it(client: Client) -> None:
    digest = builders.digest()
    reference = builders.reference()
    builders.citation(digest, reference, item=None)
    for topic in (builders.topic(digest, "甲"), builders.topic(digest, "乙")):
        builders.citation(topic, reference)
    builders.citation(topic, builders.reference("name:other"))
    builders.topic(digest, "丙", status=TopicStatus.ARCHIVED)
    response = client.get(digest.get_absolute_url())
    assertContains(response, "2 topics · 4 points · 2 references")


def test_a_digest_names_its_source_file(client: Client, tmp_path: Path) -> None:
    import_text(tmp_path, name="2024-07-11.markdown")
    response = client.get(only_digest().get_absolute_url())
    assertContains(response, "Source file 2024-07-11.markdown")
    assertNotContains(response, str(tmp_path))


def test_a_digest_is_there_as_markdown(client: Client) -> None:
    digest = builders.digest("第一期")
    address = f"{digest.get_absolute_url()[:-1]}.md"
    response = client.get(digest.get_absolute_url())
    assertContains(response, f'<a href="{address}" data-copy="Copy as Markdown"')


def test_only_editors_are_led_to_the_desk(editor: Client) -> None:
    digest = builders.digest()
    desk = f"/admin/digests/digest/{digest.pk}/change/"
    assertContains(editor.get(digest.get_absolute_url()), f'href="{desk}" aria-keyshortcuts="e"')
    assertNotContains(Client().get(digest.get_absolute_url()), desk)


def test_the_list_leads_to_the_archive(client: Client) -> None:
    assertContains(client.get("/digests/"), 'href="/archive/"')


def test_of_many_links_in_a_topic_the_first_are_listed_and_the_topic_has_all(
    client: Client,
) -> None:
    digest = builders.digest()
    topic = builders.topic(digest)
    references = [builders.reference(f"name:{number}") for number in range(7)]
    for reference in references:
        builders.citation(topic, reference, item=None)
    everything = f'{topic.get_absolute_url()}#references">All references of this topic'
    response = client.get(digest.get_absolute_url())
    assertContains(response, everything)
    assertContains(response, references[5].get_absolute_url())
    assertNotContains(response, references[6].get_absolute_url())
    assertContains(client.get(topic.get_absolute_url()), references[6].get_absolute_url())
