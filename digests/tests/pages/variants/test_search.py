"""Searches as Markdown and as JSON."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from digests.models import Digest, Reference, Tag
from digests.search import results as searching
from digests.search.language.parser import Note, NoteCode
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
from digests.tests import builders
from digests.tests.files import import_text
from digests.tests.pages import found
from digests.tests.pages.variants.test_markdown_text import read_by_github
from digests.tests.pages.variants.test_schema import assert_fits

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything(monkeypatch: pytest.MonkeyPatch) -> Results:
    """A page of results with every part that there can be."""
    topic = builders.topic(builders.digest(), "<b>状态</b>", tags=["RAG"])
    results = found.results(
        topic,
        query=found.query(found.text("状态"), notes=(Note(NoteCode.TOO_LONG, "太_长"),)),
        total=41,
        page=2,
        pages=3,
        names=[
            name_hit(builders.tag("RAG")),
            name_hit(builders.reference()),
            name_hit(topic.digest),
        ],
        facets=found.FACETS,
        chips=[Chip("tag", "rag", "RAG")],
        relaxed=["状态"],
        alternatives=[Alternative("状态 -x", 3, "y")],
        parts=Parts("状态_机", [Alternative("状态 机", 4)]),
        unfiltered=2,
    )
    monkeypatch.setattr(searching, "search", lambda *_args, **_more: results)
    return results


def name_hit(row: Tag | Reference | Digest) -> NameHit:
    kind = row._meta.model_name or ""
    return NameHit(kind, str(row), row.get_absolute_url(), [(str(row), False)])


def test_the_json_has_all_that_the_page_has(client: Client, everything: Results) -> None:
    answer = assert_fits(client.get("/search.json?q=状态&tag=rag"))
    (hit,) = answer["hits"]
    assert hit["title"] == "<b>状态</b>"
    assert hit["excerpts"][0]["text"] == "状态的卡间通信会不会成为瓶颈"
    assert [name["kind"] for name in answer["names"]] == ["tag", "reference", "digest"]
    assert [facet["field"] for facet in answer["facets"]] == ["tag", "label", "kind", "year"]
    assert answer["query"]["chosen"] == [{"field": "tag", "value": "rag", "name": "RAG"}]
    assert answer["query"]["notes"][0]["code"] == "too-long"
    assert (answer["total"], answer["more"]) == (41, False)
    assert (answer["page"], answer["pages"]) == (2, 3)
    page = "http://testserver/search.json?q=%E7%8A%B6%E6%80%81&tag=rag&page="
    assert (answer["previous"], answer["next"]) == (f"{page}1", f"{page}3")
    assert answer["alternatives"][0]["url"].startswith("http://testserver/search.json?q=")
    assert answer["parts"] == {
        "text": "状态_机",
        "queries": [
            {
                "query": "状态 机",
                "count": 4,
                "url": "http://testserver/search.json?q=%E7%8A%B6%E6%80%81+%E6%9C%BA&tag=rag",
            }
        ],
    }


def test_the_markdown_reads_like_the_page(client: Client, everything: Results) -> None:
    text = client.get("/search.md?q=状态&tag=rag").content.decode()
    lines = [read_by_github(line) for line in text.splitlines()]
    assert lines[0] == "状态"
    assert "No topic fits this: with “状态”" in lines
    assert "41 topics have some of these words: 状态" in lines
    assert "Only topics with: RAG" in lines
    assert "The query is too long: everything from “太_长” on was left out." in lines
    assert "状态 -x · 3 topics" in lines
    assert lines[lines.index("Parts of “状态_机”") + 2] == "状态 机 · 4 topics"
    assert "<b>状态</b> · 摘要 2024-07-10 · 2024-07-10" in lines
    assert "问题: 状态的卡间通信会不会成为瓶颈" in lines
    assert lines[-1] == "Page 2 of 3 · Previous page · Next page"


def test_what_is_not_counted_to_the_end_is_said_to_be_more(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = found.results(
        query=found.query(found.text("状态")),
        total=MORE,
        facets=[Facet("year", [FacetValue("2024", "2024", None)])],
        alternatives=[Alternative("状态机", MORE)],
    )
    monkeypatch.setattr(searching, "search", lambda *_args, **_more: results)
    answer = assert_fits(client.get("/search.json?q=状态"))
    assert (answer["total"], answer["more"]) == (1000, True)
    assert answer["alternatives"][0]["count"] == 1000
    assert answer["facets"][0]["values"][0]["count"] is None
    text = client.get("/search.md?q=状态").content.decode()
    assert "over 1,000 topics found: with “状态”" in text
    assert "over 1,000 topics\n" in text


@pytest.mark.parametrize("suffix", [".md", ".json"])
def test_the_same_is_asked_as_on_the_page(
    client: Client, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    asked: list[Any] = []

    def search(text: str, **more: Any) -> Results:
        asked.append((text, more))
        return found.results()

    monkeypatch.setattr(searching, "search", search)
    question = "?q=状态&tag=rag&label=问题&year=2024&sort=newest&page=3"
    client.get(f"/search/{question}")
    client.get(f"/search{suffix}{question}")
    assert asked[0] == asked[1]


def test_a_real_search_finds_in_json_what_the_page_finds(client: Client, tmp_path: Path) -> None:
    import_text(tmp_path)
    page = client.get("/search/?q=召回率").context["results"]
    answer = client.get("/search.json?q=召回率").json()
    assert [hit["id"] for hit in answer["hits"]] == [hit.topic.pk for hit in page.hits]
    assert answer["total"] == 1
    assert answer["query"]["description"] == "with “召回率”"
    assert "在 RAG 中检索" in client.get("/search.md?q=召回率").content.decode()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "Nothing was searched for"),
        ("?q=没有的词", "No topic found: with “没有的词”"),
        ("?tag=没有", "No topic found"),
    ],
)
def test_a_search_that_finds_nothing_is_no_error(client: Client, question: str, said: str) -> None:
    assert client.get(f"/search.json{question}").json()["hits"] == []
    assert said in client.get(f"/search.md{question}").content.decode()
