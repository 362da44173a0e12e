from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from digests.deriving.votes import recount_votes
from digests.models import Reference
from digests.pages.parts import newest
from digests.pages.references import queries
from digests.tests import builders
from digests.tests.files import import_text
from digests.vocabulary import ReferenceKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def code() -> Reference:
    return builders.reference("github:a/b", kind=ReferenceKind.CODE, cited_title="a/b")


@pytest.fixture
def paper() -> Reference:
    return builders.reference()


def test_the_list_holds_the_cited_ones_most_cited_first(
    client: Client, paper: Reference, code: Reference
) -> None:
    digest = builders.digest()
    for number in range(2):
        builders.citation(builders.topic(digest, f"话题 {number}"), code)
    builders.citation(builders.topic(digest), paper)
    builders.reference("name:forgotten", cited_title="没人引用的论文")
    response = client.get("/references/")
    assert list(response.context["page"]) == [code, paper]
    assertContains(response, "in 2 topics")
    assertNotContains(response, "没人引用的论文")


def test_the_list_can_be_cut_down_to_one_kind(
    client: Client, paper: Reference, code: Reference
) -> None:
    topic = builders.topic(builders.digest())
    builders.citation(topic, paper)
    builders.citation(topic, code)
    response = client.get("/references/?kind=paper")
    assert list(response.context["page"]) == [paper]
    assertContains(response, '<a href="?kind=paper" aria-current="page">', count=1)


LEFT_OUT = "and was left out"


@pytest.mark.parametrize("kind", ["nonsense", "<script>", "\0", "Paper"])
def test_an_unknown_kind_is_said_and_ignored(client: Client, paper: Reference, kind: str) -> None:
    builders.citation(builders.topic(builders.digest()), paper)
    response = client.get("/references/", {"kind": kind})
    assert list(response.context["page"]) == [paper]
    assertContains(response, LEFT_OUT)


NONE_YET = "No topic cites a reference yet."
NONE_FITS = "No reference fits all of these filters."


def test_a_kind_without_references_says_so(client: Client, paper: Reference) -> None:
    builders.citation(builders.topic(builders.digest()), paper)
    response = client.get("/references/?kind=code")
    assertContains(response, NONE_FITS)
    assertNotContains(response, NONE_YET)


@pytest.mark.parametrize("query", ["", "?kind=", "?kind=nonsense"])
def test_an_empty_list_says_so_and_nothing_else(client: Client, query: str) -> None:
    response = client.get(f"/references/{query}")
    assertContains(response, NONE_YET)
    assertNotContains(response, NONE_FITS)
    assertNotContains(response, LEFT_OUT)


def test_the_pages_keep_the_kind(client: Client) -> None:
    topic = builders.topic(builders.digest())
    for number in range(51):
        builders.citation(topic, builders.reference(f"arxiv:2407.{number:05}"))
    assertContains(client.get("/references/?kind=paper"), "?kind=paper&amp;page=2")


def test_a_reference_shows_its_kind_address_and_key(client: Client, paper: Reference) -> None:
    response = client.get(paper.get_absolute_url())
    assertContains(response, "<h1>Toolformer</h1>", html=True)
    assertContains(response, 'data-kind="paper"')
    assertContains(
        response,
        '<a href="https://arxiv.org/abs/2305.16367" rel="noopener noreferrer">'
        "https://arxiv.org/abs/2305.16367</a>",
        html=True,
    )
    assertContains(response, "arxiv:2305.16367")


def test_a_bare_name_has_a_page_without_a_link(client: Client) -> None:
    name = builders.reference("name:adam-mini", cited_title="Adam-mini", url="")
    response = client.get(name.get_absolute_url())
    assertContains(response, "Adam-mini")
    assertNotContains(response, "noopener")


def test_a_reference_shows_the_topics_that_cite_it_and_how(
    client: Client, code: Reference, paper: Reference
) -> None:
    newer, older = builders.digests(2)
    last = builders.topic(older, "昨天的话题")
    first = builders.topic(newer, "今天的话题")
    builders.citation(last, code, label="模型", title="权重在这里")
    builders.citation(first, code, label="代码", title="官方实现")
    builders.citation(first, code, label="模型", title="模型列表")
    builders.citation(first, paper, title="别的论文")
    response = client.get(code.get_absolute_url())
    assert [citing.row.pk for citing in response.context["in_topics"]] == [first.pk, last.pk]
    assertContains(response, "Cited in 2 topics")
    for shown in ("权重在这里", "官方实现", "模型列表", "July 9, 2024"):
        assertContains(response, shown)
    assertContains(response, '<span class="label" data-kind="model">模型</span>', count=2)
    assertNotContains(response, "别的论文")


def test_a_reference_shows_the_digests_whose_preamble_cites_it(
    client: Client, code: Reference
) -> None:
    digest = builders.digest()
    builders.citation(digest, code, item=None)
    builders.citation(digest, code, item=None)
    response = client.get(code.get_absolute_url())
    assert [citing.row.pk for citing in response.context["in_digests"]] == [digest.pk]
    assertContains(response, digest.get_absolute_url())


SPOKEN = """前言里说到[工具](https://github.com/a/b)。别的。

## 1. 工具
先看数据。我们再用 [Toolformer](https://arxiv.org/abs/2302.04761v2) 调用工具！后来没用。

* **相关引用**
  * **论文**: [A](https://example.org/a)、[Toolformer 论文](https://arxiv.org/pdf/2302.04761)

## 2. [Toolformer](https://arxiv.org/abs/2302.04761v2) 的复现
没有别的。
"""


def test_a_reference_shows_the_sentences_and_the_entries_that_cite_it(
    client: Client, tmp_path: Path
) -> None:
    import_text(tmp_path, SPOKEN)
    response = client.get(Reference.objects.get(host="arxiv.org").get_absolute_url())
    assertContains(response, "<li>我们再用 <strong>Toolformer</strong> 调用工具！</li>", html=True)
    assertNotContains(response, "先看数据")
    # The entry stands with the first of the two that it cites.
    assertContains(response, ">Toolformer 论文</a>")
    assertContains(response, 'href="https://example.org/a"')
    # A link in a title is in no sentence.
    assertContains(response, "<li><strong>Toolformer</strong></li>", html=True)


def test_a_reference_shows_the_sentence_of_a_preamble(client: Client, tmp_path: Path) -> None:
    import_text(tmp_path, SPOKEN)
    response = client.get(Reference.objects.get(key="github:a/b").get_absolute_url())
    assertContains(response, "<li>前言里说到<strong>工具</strong>。</li>", html=True)
    assertNotContains(response, "Cited in 0 topics")


def test_a_sentence_with_two_links_is_shown_once(client: Client, tmp_path: Path) -> None:
    url = "https://arxiv.org/{}/2302.04761"
    import_text(tmp_path, f"## 1. 一\n见[甲]({url.format('abs')})和[乙]({url.format('pdf')})。\n")
    response = client.get(Reference.objects.get().get_absolute_url())
    assertContains(response, "<li>见<strong>甲</strong>和乙。</li>", html=True)
    assertNotContains(response, "<strong>乙</strong>")


def test_markup_around_a_link_stays_text(client: Client, tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. 一\n`<script>` 见 [<b>甲</b>](https://example.org) & 乙。\n")
    response = client.get(Reference.objects.get().get_absolute_url())
    assertContains(response, "&lt;script&gt; 见 <strong>甲</strong> &amp; 乙。")


def test_a_reference_shows_every_spelling_with_its_count(client: Client, paper: Reference) -> None:
    topic = builders.topic(builders.digest())
    for url in ("https://arxiv.org/abs/2305.16367", "https://arxiv.org/abs/2305.16367", "http://x"):
        builders.citation(topic, paper, url=url, title="工具" if url == "http://x" else "链接")
    archived = builders.topic(topic.digest, status="archived")
    builders.citation(archived, paper, url="http://archived", title="工具")
    recount_votes([paper.pk])
    paper.refresh_from_db()
    context = client.get(paper.get_absolute_url()).context
    assert context["urls"] == [("https://arxiv.org/abs/2305.16367", 2), ("http://x", 1)]
    assert context["titles"] == [("工具", 1)]


def test_a_reference_is_drawn_by_the_months_of_the_topics_that_cite_it(
    client: Client, paper: Reference
) -> None:
    for slug, day in [("a", datetime(2024, 4, 30, 16, tzinfo=UTC)), ("b", builders.DAY)]:
        digest = builders.digest(slug, published_at=day)
        for _ in range(2):
            topic = builders.topic(digest)
            builders.citation(topic, paper)
            builders.citation(topic, paper)
    response = client.get(paper.get_absolute_url())
    # 16:00 in UTC is midnight in Shanghai, the first of May.
    assert [month.count for month in response.context["months"]] == [2, 0, 2]
    assertContains(response, "From May 2024 to July 2024")


def test_a_reference_tells_what_the_same_topics_cite(client: Client, paper: Reference) -> None:
    digest = builders.digest()
    often, once = (builders.reference(f"name:{name}", cited_title=name) for name in "ab")
    alone = builders.reference("name:c", cited_title="c")
    for others in ([once, often], [often], []):
        topic = builders.topic(digest)
        for other in [paper, *others]:
            builders.citation(topic, other)
    builders.citation(builders.topic(digest), alone)
    together = client.get(paper.get_absolute_url()).context["together"]
    assert together == [(often, 2), (once, 1)]


def test_a_paper_of_arxiv_leads_to_its_abstract_and_its_pdf(
    client: Client, paper: Reference
) -> None:
    response = client.get(paper.get_absolute_url())
    assertContains(response, 'href="https://arxiv.org/pdf/2305.16367"')
    assertContains(response, 'href="/references/?host=arxiv.org"')


def test_the_citing_topics_are_paged(client: Client, code: Reference) -> None:
    digest = builders.digest()
    for number in range(21):
        builders.citation(builders.topic(digest, f"话题 {number}"), code)
    response = client.get(f"{code.get_absolute_url()}?page=2")
    assert len(response.context["topics"]) == 1
    assertContains(response, "Cited in 21 topics")


@pytest.mark.parametrize("rest", ["", "wrong/"])
def test_a_wrong_or_missing_slug_leads_to_the_right_address(
    client: Client, code: Reference, rest: str
) -> None:
    response = client.get(f"/references/{code.pk}/{rest}?page=2")
    assertRedirects(response, f"{code.get_absolute_url()}?page=2", status_code=301)


@pytest.mark.parametrize("pk", ["404", "9" * 30])
def test_an_unknown_reference_is_not_found(client: Client, pk: str) -> None:
    assert client.get(f"/references/{pk}/").status_code == 404


def test_the_latest_topics_are_counted_once_however_often_they_cite_a_reference(
    paper: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = builders.digest()
    topics = [builders.topic(digest, f"话题 {number}") for number in range(3)]
    for topic in topics:
        for _ in range(4):
            builders.citation(topic, paper)
    monkeypatch.setattr(newest, "LATEST", 2)
    citing = newest.NewestTopics(queries.citations_in_topics, "topic")
    assert list(citing.latest(AnonymousUser(), paper)) == [topics[2].pk, topics[1].pk]
