import json
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.html import escape
from pytest_django.asserts import assertContains

from digests.models import Reader
from digests.pages.search.describing import described
from digests.search import results as searching
from digests.search.engines import Order
from digests.search.language.parser import Note, NoteCode, Query
from digests.search.language.tree import And, Days, Filter, Node, Not, Or
from digests.search.results.find import MORE
from digests.search.results.model import (
    Alternative,
    Chip,
    Facet,
    FacetValue,
    NameHit,
    Parts,
    Results,
)
from digests.search.results.rows import FoundName
from digests.tests import builders
from digests.tests.files import import_text
from digests.tests.markup import on_one_line
from digests.tests.pages import found
from digests.tests.pages.found import text
from digests.vocabulary import DocumentKind

pytestmark = pytest.mark.django_db


class Answers:
    """A fake of `find` that returns the same results to all calls and records their arguments."""

    def __init__(self) -> None:
        self.results: Results = found.results()
        self.suggestions: list[FoundName] = []
        self.asked: list[Any] = []

    def search(self, typed: str, *, user: Reader, **asked: Any) -> Results:
        self.asked.append((typed, asked))
        return self.results

    def suggest(self, typed: str, user: Reader) -> list[FoundName]:
        self.asked.append(typed)
        return self.suggestions


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    made = Answers()
    monkeypatch.setattr(searching, "search", made.search)
    monkeypatch.setattr(searching, "suggest", made.suggest)
    return made


def test_a_hit_shows_where_it_is_from_what_matches_and_its_tags(
    client: Client, answers: Answers
) -> None:
    topic = builders.topic(builders.digest(), "<b>状态</b>的通信", tags=["RAG"])
    answers.results = found.results(topic)
    response = client.get("/search/?q=状态")
    title = "&lt;b&gt;<mark>状态</mark>&lt;/b&gt;的通信"
    assertContains(response, f'<a href="{topic.get_absolute_url()}">{title}</a>', html=True)
    page = on_one_line(response.content.decode())
    assert '<p class="excerpt" data-kind="question"><span class="label">问题</span>' in page
    assertContains(response, "<mark>状态</mark>的卡间通信会不会成为瓶颈")
    assertContains(response, "July 10, 2024")
    assertContains(response, "No. 1")
    assertContains(response, '<a href="/tags/rag/">RAG</a>', html=True)


def test_a_topic_without_a_title_can_still_be_opened(client: Client, answers: Answers) -> None:
    topic = builders.topic(builders.digest(), "")
    answers.results = found.results(topic)
    assertContains(client.get("/search/?q=状态"), f">#{topic.pk}</a>")


def test_the_page_says_what_was_searched_and_found(client: Client, answers: Answers) -> None:
    answers.results = found.results(builders.topic(builders.digest()), total=12)
    response = client.get("/search/?q=状态 -LoRA tag:rag")
    assertContains(response, "12 topics found: with “状态”, without “LoRA”, tag rag")
    assertContains(response, "<title>状态 -LoRA tag:rag · Search · ")
    assertContains(response, 'value="状态 -LoRA tag:rag"')
    assertContains(response, '<meta name="robots" content="noindex">')


@pytest.mark.parametrize(
    ("node", "days", "words"),
    [
        (And(()), Days(), ""),
        (text("A"), Days(), "with “A”"),
        (And((text("A"), text("B"))), Days(), "with “A” and with “B”"),
        (And((text("A"), Not(text("B")))), Days(), "with “A”, without “B”"),
        (Or((text("A"), text("B"))), Days(), "with “A” or with “B”"),
        (And((text("A"), Or((text("B"), text("C"))))), Days(), "with “A”, (with “B” or with “C”)"),
        (Not(Or((text("A"), Filter("tag", "rag")))), Days(), "not (with “A” or tag rag)"),
        (Not(Filter("is", "edited")), Days(), "not edited since import"),
        (Filter("label", "conclusion"), Days(), "label Conclusion"),
        (Filter("label", "待办"), Days(), "label 待办"),
        (Filter("kind", "paper"), Days(), "kind of reference Paper"),
        (Filter("ref", "arxiv:2305.18290"), Days(), "reference arxiv:2305.18290"),
        (Filter("digest", "2024-07-10"), Days(), "digest 2024-07-10"),
        (None, Days(), ""),
        (
            And(()),
            Days(date(2024, 1, 1), date(2024, 8, 1)),
            "from 2024-01-01 on, before 2024-08-01",
        ),
        (text("很" * 100), Days(), f"with “{'很' * 59}…”"),
    ],
)
def test_a_query_is_told_in_words(node: Node | None, days: Days, words: str) -> None:
    query = Query("", node, days)
    with translation.override("en"):
        assert described(query) == words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (NoteCode.UNKNOWN_FIELD, "“kind:&lt;x” was searched as text"),
        (NoteCode.TOO_LONG, "everything from “kind:&lt;x” on was left out"),
        (NoteCode.NOTHING_TO_FIND, "“kind:&lt;x” holds no letter, digit or emoji"),
        (NoteCode.DATE_IN_OR, "“kind:&lt;x” counts for the whole query"),
    ],
)
def test_what_was_read_otherwise_than_typed_is_said(
    client: Client, answers: Answers, code: NoteCode, words: str
) -> None:
    query = found.query(text("x"), notes=(Note(code, "kind:<x"),))
    answers.results = found.results(query=query)
    assertContains(client.get("/search/?q=x"), words)


def test_facets_add_to_the_address_and_begin_at_the_first_page(
    client: Client, answers: Answers
) -> None:
    answers.results = found.results(
        builders.topic(builders.digest()),
        facets=found.FACETS,
        chips=[Chip("tag", "x", "X")],
        order=Order.NEWEST,
    )
    response = client.get("/search/?q=a b&tag=x&sort=newest&page=3")
    address = "?q=a+b&tag=x&sort=newest&year=2024"
    assertContains(response, f'href="{escape(address)}" rel="nofollow">2024 <span class="count">12')
    assertContains(response, escape("?q=a+b&tag=x&tag=rag&sort=newest"))


def test_a_chosen_value_is_a_chip_that_takes_it_back(client: Client, answers: Answers) -> None:
    chips = [Chip("tag", "rag", "RAG"), Chip("year", "2024", "2024")]
    answers.results = found.results(builders.topic(builders.digest()), chips=chips)
    response = client.get("/search/?q=a&tag=ＲＡＧ&year=2024")
    assertContains(response, 'class="chip" href="?q=a&amp;tag=rag"')
    assertContains(response, 'class="chip" href="?q=a&amp;year=2024"')


def test_what_the_address_holds_reaches_the_search(client: Client, answers: Answers) -> None:
    client.get("/search/?q= 显存 &tag=rag&tag=x&year=2024&sort=newest&page=2&utm_source=x")
    chosen = {"tag": ["rag", "x"], "year": ["2024"]}
    assert answers.asked == [("显存", {"chosen": chosen, "order": Order.NEWEST, "page": 2})]


@pytest.mark.parametrize(
    "address", ["?q=a&page=0", "?q=a&page=x", "?q=a&sort=x", "?q=a&tag=", "?q=a&tag=%20"]
)
def test_what_an_address_cannot_mean_is_left_out(
    client: Client, answers: Answers, address: str
) -> None:
    assert client.get(f"/search/{address}").status_code == 200
    assert answers.asked == [("a", {"chosen": {}, "order": Order.RELEVANCE, "page": 1})]


def test_a_query_of_any_length_makes_a_page_of_the_usual_size(
    client: Client, answers: Answers
) -> None:
    topic = builders.topic(builders.digest())
    answers.results = found.results(topic, facets=found.FACETS, pages=150)
    response = client.get("/search/", {"q": "长" * 10_000})
    assert len(response.content) < 500_000
    assert len(answers.asked[0][0]) == 500


def test_the_order_is_a_link_that_keeps_the_rest(client: Client, answers: Answers) -> None:
    answers.results = found.results(
        builders.topic(builders.digest()), chips=[Chip("tag", "rag", "RAG")]
    )
    response = client.get("/search/?q=a&tag=rag&page=2")
    page = on_one_line(response.content.decode())
    assert '<a href="?q=a&amp;tag=rag" aria-current="true">Best first</a>' in page
    assert '<a href="?q=a&amp;tag=rag&amp;sort=newest">Newest first</a>' in page


def test_later_pages_keep_the_question(client: Client, answers: Answers) -> None:
    answers.results = found.results(
        builders.topic(builders.digest()),
        total=60,
        pages=3,
        page=2,
        chips=[Chip("tag", "rag", "RAG")],
    )
    response = client.get("/search/?q=a&tag=rag&page=2")
    assertContains(response, '<a href="?q=a&amp;tag=rag&amp;page=3">3</a>')
    assertContains(response, '<a href="?q=a&amp;tag=rag&amp;page=2" aria-current="page">2</a>')


def test_tags_references_and_digests_of_that_name_are_listed_apart(
    client: Client, answers: Answers
) -> None:
    names = [
        NameHit("tag", "RAG", "/tags/rag/", [("RAG", True)]),
        NameHit("reference", "RAG 综述", "/references/1/x/", [], 3, 'ref:"name:rag 综述"'),
        NameHit("digest", "周报", "/digests/2024-07-10/", []),
    ]
    answers.results = found.results(names=names)
    response = client.get("/search/?q=RAG")
    page = on_one_line(response.content.decode())
    assert '<a href="/tags/rag/"><mark>RAG</mark></a>' in page
    assert (
        '<span class="names__kind">Reference</span><a href="/references/1/x/">RAG 综述</a>' in page
    )
    assert '<span class="names__kind">Digest</span><a href="/digests/' in page
    assert '?q=ref%3A%22name%3Arag%20%E7%BB%BC%E8%BF%B0%22">3 topics cite this</a>' in page
    assert page.count("cite this<") == 1


def test_nothing_found_is_said_with_what_would_be_found(client: Client, answers: Answers) -> None:
    alternatives = [Alternative("强化学习", 12), Alternative("显存", 1, dropped="LoRA")]
    answers.results = found.results(
        query=found.query(text("强花学习")),
        alternatives=alternatives,
        chips=[Chip("tag", "rag", "RAG")],
    )
    response = client.get("/search/", {"q": "强花学习", "tag": "rag"})
    assertContains(response, "No topic found: with “强花学习”")
    assertContains(response, '%E5%BC%BA%E5%8C%96%E5%AD%A6%E4%B9%A0&amp;tag=rag">强化学习</a>')
    assertContains(response, "12 topics")
    assertContains(response, "without “LoRA”")
    assertContains(response, "ref:arxiv:2305.18290")


def test_the_parts_of_a_word_are_links_with_their_numbers(client: Client, answers: Answers) -> None:
    queries = [Alternative("<b>LLM 显卡", 2), Alternative("显卡", MORE)]
    answers.results = found.results(
        query=found.query(text("<b>LLM显卡")),
        parts=Parts("<b>LLM显卡", queries),
        chips=[Chip("tag", "rag", "RAG")],
    )
    page = on_one_line(client.get("/search/", {"q": "<b>LLM显卡", "tag": "rag"}).content.decode())
    assert '<h2 class="small-title" id="parts">Parts of “&lt;b&gt;LLM显卡”</h2>' in page
    assert 'LLM+%E6%98%BE%E5%8D%A1&amp;tag=rag">&lt;b&gt;LLM 显卡</a>' in page
    assert '<span class="count">2 topics</span>' in page
    assert '<span class="count">over 1,000 topics</span>' in page
    answers.results = found.results(builders.topic(builders.digest()))
    assert "Parts of" not in client.get("/search/?q=LLM").content.decode()


def test_hits_with_only_some_of_the_words_are_announced_as_such(
    client: Client, answers: Answers
) -> None:
    topic = builders.topic(builders.digest())
    answers.results = found.results(topic, relaxed=["显存", "通信"])
    response = client.get("/search/?q=怎么减少显存和通信")
    assertContains(response, "No topic fits this")
    assertContains(response, "1 topic has some of these words:")
    assertContains(response, '<span class="word">通信</span>')


def test_older_hits_beyond_the_ranked_ones_are_reached_by_date(
    client: Client, answers: Answers
) -> None:
    answers.results = found.results(builders.topic(builders.digest()), is_cut=True)
    response = client.get("/search/?q=a")
    assertContains(response, "Older topics are not listed here.")
    assertContains(response, 'href="?q=a&amp;sort=newest">Newest first shows all of them</a>')


def test_what_is_not_counted_to_the_end_is_said_to_be_more(
    client: Client, answers: Answers
) -> None:
    facets = [
        Facet("tag", [FacetValue("rag", "RAG", 51)]),
        Facet("year", [FacetValue("2024", "2024", None)]),
    ]
    answers.results = found.results(
        builders.topic(builders.digest()),
        query=found.query(found.text("状态")),
        total=MORE,
        facets=facets,
        alternatives=[Alternative("状态机", MORE)],
    )
    page = on_one_line(client.get("/search/?q=状态").content.decode())
    assert "over 1,000 topics found: with “状态”" in page
    assert '<span class="count">over 1,000 topics</span>' in page
    assert "Counted in the latest 300 of these topics." in page
    assert 'RAG <span class="count">51</span></a>' in page
    assert "2024</a>" in page


@pytest.mark.parametrize("address", ["/search/", "/search/?q=", "/search/?q=%20&page=2"])
def test_without_a_question_the_page_shows_what_can_be_typed(
    client: Client, answers: Answers, address: str
) -> None:
    response = client.get(address)
    assertContains(response, 'href="?q=label%3A%E7%BB%93%E8%AE%BA"><code>label:结论</code></a>')
    assertContains(response, "<title>Search · ")
    assert answers.asked == []


def test_values_alone_are_a_question(client: Client, answers: Answers) -> None:
    answers.results = found.results(
        builders.topic(builders.digest()), query=found.query(), chips=[Chip("tag", "rag", "RAG")]
    )
    assertContains(client.get("/search/?tag=rag"), "1 topic\n")


def test_every_page_has_one_search_form(client: Client, answers: Answers) -> None:
    for address in ("/", "/nothing-here/", "/accounts/login/", "/search/", "/search/?q=a"):
        page = client.get(address).content.decode()
        assert page.count('role="search"') == 1, address
        assert page.count('action="/search/"') == 1, address


def test_suggestions_are_titles_kinds_and_addresses(client: Client, answers: Answers) -> None:
    answers.suggestions = [
        FoundName(DocumentKind.TOPIC, "显存占用", "显存占用", "/topics/1/x/"),
        FoundName(DocumentKind.TAG, "显存", "显存", "/tags/显存/"),
    ]
    response = client.get("/search/suggestions/", {"q": " 显存"})
    assert response.headers["Content-Type"] == "application/x-suggestions+json"
    assert response.headers["Cache-Control"] == "public, no-cache"
    assert json.loads(response.content) == [
        "显存",
        ["显存占用", "显存"],
        ["Topic", "Tag"],
        ["http://testserver/topics/1/x/", "http://testserver/tags/%E6%98%BE%E5%AD%98/"],
    ]


def test_for_nothing_nothing_is_suggested(client: Client, answers: Answers) -> None:
    assert client.get("/search/suggestions/").json() == ["", [], [], []]
    assert answers.asked == []


def test_a_browser_learns_to_search_here(client: Client) -> None:
    assertContains(client.get("/"), '<link rel="search" href="/opensearch.xml"')
    response = client.get("/opensearch.xml")
    assert response.headers["Content-Type"] == "application/opensearchdescription+xml"
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    description = ET.fromstring(response.content)  # noqa: S314  # our own
    assert description.findtext(f"{space}ShortName") == "群聊知识库"
    assert {url.get("type"): url.get("template") for url in description.iter(f"{space}Url")} == {
        "text/html": "http://testserver/search/?q={searchTerms}",
        "application/x-suggestions+json": ("http://testserver/search/suggestions/?q={searchTerms}"),
    }


@pytest.mark.parametrize("address", ["/search/", "/search/suggestions/", "/opensearch.xml"])
def test_nothing_of_it_takes_a_post(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


def test_the_page_asks_the_database_for_the_version_and_what_the_search_asks(
    client: Client, tmp_path: Path
) -> None:
    import_text(tmp_path)
    with CaptureQueriesContext(connection) as by_search:
        searching.search("检索")
    with CaptureQueriesContext(connection) as by_page:
        assertContains(client.get("/search/?q=检索"), "<mark>检索</mark>")
    assert len(by_page) == 1 + len(by_search)


@pytest.mark.parametrize("address", ["?tag=%00", "?year=x", "?label=../x&kind=?", "?q=%00&tag=a b"])
def test_no_value_in_the_address_is_an_error(client: Client, address: str) -> None:
    assertContains(client.get(f"/search/{address}"), "No topic found")
