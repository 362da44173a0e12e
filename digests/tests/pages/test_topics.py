from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from digests.models import Reference, Topic
from digests.search import index
from digests.tests import builders
from digests.vocabulary import TopicStatus

pytestmark = pytest.mark.django_db


def test_it_shows_number_title_and_labelled_points(client: Client) -> None:
    topic = builders.topic(builders.digest(), "Adam 优化器", number=7)
    response = client.get(topic.get_absolute_url())
    assertContains(response, '<h1><span class="number">7</span>Adam 优化器</h1>', html=True)
    assertContains(
        response,
        '<div class="point" id="question" data-kind="question"><dt class="label">问题'
        '<a class="point__link" href="#question" aria-label="Link to this point: 问题"></a></dt>'
        "<dd>状态的卡间通信会不会成为瓶颈</dd></div>",
        html=True,
    )
    assertContains(response, "<title>Adam 优化器 · 群聊知识库</title>", html=True)


def test_it_shows_the_entries_of_its_reference_lists_as_written(client: Client) -> None:
    topic = builders.topic(builders.digest())
    reference = builders.reference()
    builders.citation(topic, reference)
    response = client.get(topic.get_absolute_url())
    assertContains(response, '<span class="label" data-kind="paper"><svg class="icon"', count=1)
    assertContains(response, "论文", count=1)
    assertContains(response, '<a href="https://arxiv.org/abs/2305.16367">Toolformer</a>')
    assertContains(response, reference.get_absolute_url())
    assertNotContains(response, "in 1 topic")


def test_an_entry_says_how_many_topics_cite_the_same(client: Client) -> None:
    digest = builders.digest()
    reference = builders.reference()
    topics = [builders.topic(digest, f"话题 {number}") for number in range(3)]
    for topic in topics:
        builders.citation(topic, reference)
    assertContains(client.get(topics[0].get_absolute_url()), "in 3 topics")


def test_an_entry_with_two_references_is_shown_once_with_a_link_to_each(client: Client) -> None:
    topic = builders.topic(builders.digest())
    paper, code = builders.reference(), builders.reference("github:a/b", cited_title="a/b")
    builders.citation(topic, paper, item=0, html="论文与代码")
    builders.citation(topic, code, item=0, html="")
    response = client.get(topic.get_absolute_url())
    assertContains(response, "论文与代码", count=1)
    assertContains(response, paper.get_absolute_url())
    assertContains(response, code.get_absolute_url())


def test_many_references_are_paged_and_each_is_on_one_page(client: Client) -> None:
    topic = builders.topic(builders.digest())
    for number in range(100):
        item = number if number < 80 else None
        builders.citation(topic, builders.reference(f"name:第 {number} 篇"), item=item)
    pages = [client.get(f"{topic.get_absolute_url()}?references={page}") for page in (1, 2)]
    assertContains(pages[0], "?references=2#references")
    assertContains(pages[0], 'id="references"', count=1)
    addresses = [reference.get_absolute_url() for reference in Reference.objects.order_by("pk")]
    for address in addresses:
        assert [f'"{address}"' in page.content.decode() for page in pages].count(True) == 1
    digest = client.get(topic.digest.get_absolute_url())
    assertContains(digest, f'{topic.get_absolute_url()}#references">All references of this topic')
    assertContains(digest, addresses[59])
    assertNotContains(digest, addresses[60])


def test_many_references_of_a_preamble_are_paged(client: Client) -> None:
    digest = builders.digest()
    for number in range(61):
        builders.citation(digest, builders.reference(f"name:{number}"))
    address = digest.get_absolute_url()
    assertContains(client.get(address), 'class="card__item"', count=60)
    assertContains(client.get(f"{address}?references=2"), 'class="card__item"', count=1)


def test_links_in_the_text_stand_apart_and_once(client: Client) -> None:
    topic = builders.topic(builders.digest())
    listed, linked = builders.reference(), builders.reference("github:a/b", cited_title="a/b")
    builders.citation(topic, listed, item=None)
    builders.citation(topic, listed, item=0)
    builders.citation(topic, linked, item=None)
    builders.citation(topic, linked, item=None)
    response = client.get(topic.get_absolute_url())
    assertContains(response, "Also linked in the text")
    assertContains(response, linked.get_absolute_url(), count=1)
    assertContains(response, listed.get_absolute_url(), count=1)


def test_it_shows_its_own_tags_and_not_those_of_the_digest(client: Client) -> None:
    topic = builders.topic(builders.digest(tags=["RAG"]), tags=["C++"])
    response = client.get(topic.get_absolute_url())
    assertContains(response, '<a href="/tags/c-plus-plus/">C++</a>', html=True)
    assertNotContains(response, "/tags/rag/")


def test_without_tags_of_its_own_it_shows_those_of_the_digest_as_such(client: Client) -> None:
    topic = builders.topic(builders.digest(tags=["RAG"]))
    response = client.get(topic.get_absolute_url())
    assertContains(response, "/tags/rag/")
    assertContains(response, "Tags of the digest")


def test_tags_stand_in_the_order_in_which_they_were_put_there(client: Client) -> None:
    builders.tag("评测")
    topic = builders.topic(builders.digest(tags=["RAG", "评测"]), tags=["MCTS", "评测"])
    shown = client.get(topic.get_absolute_url()).context["topic"]
    assert [tag.name for tag in shown.own_tags] == ["MCTS", "评测"]
    assert [tag.name for tag in shown.digest.tag_list] == ["RAG", "评测"]


def test_it_leads_to_its_neighbours_and_its_digest(client: Client) -> None:
    digest = builders.digest()
    first, middle, last = (builders.topic(digest, f"话题 {number}") for number in "一二三")
    response = client.get(middle.get_absolute_url())
    assertContains(response, f'href="{first.get_absolute_url()}" rel="prev"')
    assertContains(response, f'href="{last.get_absolute_url()}" rel="next"')
    assertContains(response, f"{digest.get_absolute_url()}#topic-{middle.pk}")
    assertContains(response, "July 10, 2024")
    assertContains(response, "Topic 2 of 3")


def test_neighbours_follow_the_position_and_not_the_number(client: Client) -> None:
    digest = builders.digest()
    first = builders.topic(digest, "排在前面", number=9)
    second = builders.topic(digest, "排在后面", number=9)
    assert client.get(first.get_absolute_url()).context["place"].next == second


@pytest.mark.parametrize("rest", ["", "wrong/", "错/"])
def test_a_wrong_or_missing_slug_leads_to_the_right_address(client: Client, rest: str) -> None:
    topic = builders.topic(builders.digest())
    response = client.get(f"/topics/{topic.pk}/{rest}?from=feed&q=%E6%A3%80")
    assertRedirects(response, f"{topic.get_absolute_url()}?from=feed&q=%E6%A3%80", status_code=301)


@pytest.mark.parametrize("title", ["", "  ", "？！", "C++", "../..", "a/b?c#d", "长" * 500])
def test_whatever_the_title_is_the_address_is_right_at_once(client: Client, title: str) -> None:
    topic = builders.topic(builders.digest(), title)
    assert client.get(topic.get_absolute_url()).status_code == 200


def test_a_topic_without_a_title_goes_by_its_id(client: Client) -> None:
    topic = builders.topic(builders.digest(), "", number=None)
    assertContains(client.get(topic.get_absolute_url()), f"<h1>#{topic.pk}</h1>", html=True)


@pytest.mark.parametrize("pk", ["0", "404", "9" * 30])
def test_an_unknown_topic_is_not_found(client: Client, pk: str) -> None:
    assert client.get(f"/topics/{pk}/").status_code == 404


def test_a_redirect_is_not_kept_as_titles_change_back(client: Client) -> None:
    topic = builders.topic(builders.digest())
    response = client.get(f"/topics/{topic.pk}/an-older-title/")
    assert "no-store" in response["Cache-Control"]


def test_its_number_is_shown_as_the_file_writes_it(client: Client) -> None:
    topic = builders.topic(builders.digest(), number=1, heading="## 01. Adam 优化器\n")
    for page in (topic, topic.digest):
        assertContains(client.get(page.get_absolute_url()), '<span class="number">01</span>')


def test_its_lists_of_references_stand_under_their_own_names(client: Client) -> None:
    topic = builders.topic(builders.digest())
    builders.citation(topic, builders.reference(), group="相关工作")
    builders.citation(topic, builders.reference("github:a/b"), group="参考资料")
    response = client.get(topic.get_absolute_url())
    assertContains(response, '<h2 class="section-title">相关工作</h2>', html=True)
    assertContains(response, '<h2 class="section-title">参考资料</h2>', html=True)


def test_a_link_in_its_title_can_be_followed(client: Client) -> None:
    link = '<a href="https://example.org/">Adam</a> 优化器'
    topic = builders.topic(builders.digest(), title_html=link, number=7)
    response = client.get(topic.get_absolute_url())
    assertContains(response, f'<h1><span class="number">7</span>{link}</h1>', html=True)


def test_an_entry_that_is_a_mere_address_is_told_by_the_title_of_its_reference(
    client: Client,
) -> None:
    topic = builders.topic(builders.digest())
    reference = builders.reference(cited_title="Toolformer")
    builders.citation(topic, reference, title=reference.url)
    response = client.get(topic.get_absolute_url())
    assertContains(response, "<span>: Toolformer</span>", html=True)
    reference.citations.update(title="Toolformer")
    response = client.get(topic.get_absolute_url())
    assertContains(response, '<span class="visually-hidden">: Toolformer</span>', html=True)


def test_it_says_when_it_was_edited_since_its_import(client: Client) -> None:
    digest = builders.digest()
    topic = builders.topic(digest, edited_at=builders.DAY + timedelta(days=2))
    untouched = builders.topic(digest)
    for address in (topic.get_absolute_url(), digest.get_absolute_url()):
        response = client.get(address)
        assertContains(response, "Edited since import", count=1)
        assertContains(response, "July 12, 2024")
    assertNotContains(client.get(untouched.get_absolute_url()), "Edited since import")


def test_an_archived_topic_says_so_and_is_kept_from_search_engines(client: Client) -> None:
    digest = builders.digest()
    live = builders.topic(digest, "还在")
    archived = builders.topic(
        digest, "不在了", status=TopicStatus.ARCHIVED, archived_at=builders.DAY
    )
    response = client.get(archived.get_absolute_url())
    assertContains(response, "This topic is archived: since July 10, 2024")
    assertContains(response, '<meta name="robots" content="noindex">')
    assertContains(response, live.get_absolute_url())  # in the contents of the digest
    assertNotContains(response, "Topic 2 of")
    assertNotContains(response, 'rel="prev"')
    assertNotContains(response, f"#topic-{archived.pk}")
    assertNotContains(client.get(live.get_absolute_url()), "noindex")
    assertNotContains(client.get(digest.get_absolute_url()), "不在了")


def test_a_deleted_topic_is_not_found(client: Client) -> None:
    topic = builders.topic(builders.digest(), status=TopicStatus.DELETED)
    assert client.get(topic.get_absolute_url()).status_code == 404


def test_its_breadcrumb_leads_to_the_digests_and_to_its_place_in_its_own(client: Client) -> None:
    topic = builders.topic(builders.digest())
    response = client.get(topic.get_absolute_url())
    assertContains(response, '<nav aria-label="You are here">')
    assertContains(response, '<li><a href="/digests/">Digests</a></li>', html=True)
    assertContains(response, f'<a href="{topic.digest.get_absolute_url()}#topic-{topic.pk}">')


def test_each_point_has_a_link_on_both_pages_that_leads_to_the_topic(client: Client) -> None:
    topic = builders.topic(builders.digest(), body="* **观点**: 甲\n* **观点**: 乙\n")
    own = client.get(topic.get_absolute_url())
    assertContains(own, '<div class="point" id="opinion-2"')
    assertContains(own, 'href="#opinion-2" aria-label="Link to this point: 观点 2"')
    digest = client.get(topic.digest.get_absolute_url())
    assertContains(digest, f'<div class="point" id="topic-{topic.pk}-opinion-2"')
    assertContains(digest, f'href="{topic.get_absolute_url()}#opinion-2"')


def test_what_belongs_to_one_work_is_one_card_on_both_pages(client: Client) -> None:
    topic = builders.topic(builders.digest())
    for number, kind in enumerate(["paper", "code", "model", "blog"]):
        builders.citation(topic, builders.reference(f"name:{number}"), kind=kind, label="")
    for page in (topic, topic.digest):
        response = client.get(page.get_absolute_url())
        assertContains(response, '<li class="card">', count=2)
        assertContains(response, '<div class="card__item">', count=4)


def test_a_bare_name_is_no_card_and_has_no_kind_that_it_does_not_say(client: Client) -> None:
    topic = builders.topic(builders.digest())
    name = builders.reference("name:adam-mini", cited_title="Adam-mini", url="", kind="other")
    builders.citation(topic, name, label="", html="Adam-mini", kind="other")
    response = client.get(topic.get_absolute_url())
    assertContains(response, "Adam-mini")
    assertNotContains(response, 'class="card"')
    assertNotContains(response, 'data-kind="other"')


def test_related_topics_are_shown_with_their_reasons(client: Client) -> None:
    topic, other = (
        builders.topic(builders.digest(day), "MCTS 与 RAG", tags=["RAG"]) for day in ("1", "2")
    )
    builders.topic(topic.digest, "第三篇", tags=["RAG"])
    reference = builders.reference(cited_title="Toolformer" * 5)
    for citing in (topic, other):
        builders.citation(citing, reference)
    index.refresh(topics=list(Topic.objects.values_list("pk", flat=True)))
    response = client.get(topic.get_absolute_url())
    assertContains(response, "Related topics")
    assertContains(response, f'<a href="{other.get_absolute_url()}">MCTS 与 RAG</a>', count=2)
    assertContains(response, f"same reference: {'Toolformer' * 3}Toolforme…")
    assertContains(response, "same tag: RAG", count=2)
    assertContains(response, "similar words: MCTS, RAG", count=1)
    for citing in (topic, other):
        builders.citation(citing, Reference.objects.get_or_create(key="name:x", kind="other")[0])
    assertContains(client.get(topic.get_absolute_url()), "2 same references")


def test_earlier_and_later_topics_stand_around_it(client: Client) -> None:
    days = [
        builders.digest(f"{day}", published_at=builders.DAY + timedelta(days=day))
        for day in range(3)
    ]
    first, topic, last = (builders.topic(day, f"{day.slug} 日", tags=["RAG"]) for day in days)
    page = client.get(topic.get_absolute_url()).content.decode()
    line = page[page.index('<ol class="timeline">') :]
    places = [line.index(f"{other.title}<") for other in (first, topic, last)]
    assert places == sorted(places)
    assert line.index('aria-current="true"') < places[1]


def test_without_anything_related_there_are_no_empty_sections(client: Client) -> None:
    topic = builders.topic(builders.digest())
    response = client.get(topic.get_absolute_url())
    assertNotContains(response, "Related topics")
    assertNotContains(response, "timeline")


def test_it_leads_to_its_markdown(client: Client) -> None:
    topic = builders.topic(builders.digest(), "长 文")
    address = f"{topic.get_absolute_url().removesuffix('/')}.md"
    assertContains(
        client.get(topic.get_absolute_url()),
        f'<a href="{address}" data-copy="Copy as Markdown with source"'
        ' data-copied="Copied">Markdown</a>',
        html=True,
    )


def test_editors_alone_are_led_to_its_form(editor: Client) -> None:
    topic = builders.topic(builders.digest())
    form = f"/admin/digests/topic/{topic.pk}/change/"
    assertNotContains(Client().get(topic.get_absolute_url()), form)
    assertContains(editor.get(topic.get_absolute_url()), form)


def test_the_texts_of_the_other_topics_stay_in_the_database(client: Client) -> None:
    digest = builders.digest(preamble="前言" * 99)
    topic = builders.topic(digest)
    builders.topic(digest, "别的", body="* **观点**: 别的话题的正文\n")
    context = client.get(topic.get_absolute_url()).context
    assert context["place"].next.get_deferred_fields() >= {"body", "html"}
    assert context["topic"].digest.get_deferred_fields() >= {"preamble", "preamble_html"}
