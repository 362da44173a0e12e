"""Metadata of pages for search engines, feed readers and link previews."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import quote

import html5lib
import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from digests.models import Topic
from digests.search import index
from digests.tests import builders
from digests.tests.files import edit_topic

pytestmark = pytest.mark.django_db

HOST = "http://testserver"


class Head:
    """The head of a page, as a browser's parser reads it."""

    def __init__(self, client: Client, address: str, status: int = 200) -> None:
        response = client.get(address)
        assert response.status_code == status
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        self.head = parser.parse(response.content.decode()).find("head")

    def links(self, rel: str, kind: str = "") -> list[str]:
        found = (link.attrib for link in self.head.iterfind("link") if link.attrib["rel"] == rel)
        return [link["href"] for link in found if not kind or link.get("type") == kind]

    def said(self, name: str) -> str:
        metas = (meta.attrib for meta in self.head.iterfind("meta"))
        values = [
            meta["content"] for meta in metas if name in {meta.get("name"), meta.get("property")}
        ]
        return values[0] if len(values) == 1 else "; ".join(["?", *values])

    def data(self) -> dict[str, Any]:
        (block,) = (
            script.text
            for script in self.head.iterfind("script")
            if script.attrib.get("type") == "application/ld+json"
        )
        found: dict[str, Any] = json.loads(block)
        return found


def test_a_topic_says_what_it_is(client: Client, settings: Settings) -> None:
    settings.KB_SITE_NAME = "甲队知识库"
    topic = builders.topic(builders.digest(title="摘要"), "Adam 优化器")
    address = topic.get_absolute_url()
    head = Head(client, address)
    assert head.links("canonical") == [HOST + address]
    assert head.said("description") == ("问题: 状态的卡间通信会不会成为瓶颈 结论: 卡多时不会")
    assert head.said("og:title") == "Adam 优化器"
    assert head.said("og:type") == "article"
    assert head.said("og:url") == HOST + address
    assert head.said("og:site_name") == "甲队知识库"
    assert head.said("og:locale") == "en_US"
    assert head.said("article:published_time") == "2024-07-10T19:31:56+08:00"
    assert head.said("article:modified_time") == "?"
    article, way = head.data()["@graph"]
    assert article["@type"] == "Article"
    assert article["headline"] == "Adam 优化器"
    assert article["datePublished"] == "2024-07-10T19:31:56+08:00"
    assert [step["name"] for step in way["itemListElement"]] == ["Digests", "摘要", "Adam 优化器"]
    assert way["itemListElement"][1]["item"] == f"{HOST}/digests/2024-07-10/"


def test_an_edit_is_the_date_of_change(client: Client) -> None:
    topic = edit_topic(builders.topic(builders.digest()), title="改过的标题")
    head = Head(client, topic.get_absolute_url())
    assert topic.edited_at is not None
    changed = head.data()["@graph"][0]["dateModified"]
    assert datetime.fromisoformat(changed) == topic.edited_at.replace(microsecond=0)
    assert datetime.fromisoformat(head.said("article:modified_time")) == topic.edited_at


def test_the_canonical_address_keeps_what_is_on_the_page_alone(client: Client) -> None:
    for digest in builders.digests(25):
        builders.topic(digest, f"话题 {digest.slug}", tags=["检索"])
    tag = HOST + quote("/tags/检索/")
    head = Head(client, "/tags/检索/?utm_source=x&page=2&fbclid=y")
    assert head.links("canonical") == [f"{tag}?page=2"]
    assert head.links("prev") == [tag]
    assert head.links("next") == []
    assert Head(client, "/tags/检索/?page=1").links("canonical") == [tag]
    assert Head(client, "/tags/检索/?page=99").links("canonical") == [f"{tag}?page=2"]
    assert Head(client, "/tags/检索/").links("next") == [f"{tag}?page=2"]
    kind = Head(client, "/references/?utm_source=x&kind=paper")
    assert kind.links("canonical") == [f"{HOST}/references/?kind=paper"]


def test_every_page_names_the_feeds_that_go_on_with_it(client: Client) -> None:
    topic = builders.topic(builders.digest(tags=["周报"]), tags=["C++"])
    reference = builders.reference()
    builders.citation(topic, reference)
    own = {
        "/": [],
        "/digests/": ["/digests.atom"],
        topic.digest.get_absolute_url(): ["/digests.atom"],
        topic.get_absolute_url(): [],
        "/tags/": [],
        "/tags/c-plus-plus/": ["/tags/c-plus-plus.atom"],
        "/tags/周报/": [],  # a tag of whole digests alone
        reference.get_absolute_url(): [f"/references/{reference.pk}/toolformer.atom"],
        "/search/": [],
        "/search/?sort=newest&tag=rag&q=显存&page=3": [f"/search.atom?q={quote('显存')}&tag=rag"],
    }
    for page, feeds in own.items():
        found = Head(client, page).links("alternate", "application/atom+xml")
        assert found == ["/topics.atom", *feeds]
        for feed in found:
            assert client.get(feed).status_code == 200


def test_the_front_page_tells_how_to_search_the_site(client: Client) -> None:
    data = Head(client, "/").data()
    assert data["@type"] == "WebSite"
    template = data["potentialAction"]["target"]["urlTemplate"]
    assert template == f"{HOST}/search/?q={{search_term_string}}"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_language_is_that_of_the_page(client: Client, language: str) -> None:
    client.cookies["django_language"] = language
    head = Head(client, "/digests/")
    assert head.data()["@graph"][0]["inLanguage"] == language
    assert head.said("og:locale") == {"en": "en_US", "zh-hans": "zh_CN"}[language]


def test_a_topic_is_in_the_language_of_the_site(client: Client, settings: Settings) -> None:
    settings.LANGUAGE_CODE = "zh-hans"
    client.cookies["django_language"] = "en"
    head = Head(client, builders.topic(builders.digest()).get_absolute_url())
    assert head.data()["@graph"][0]["inLanguage"] == "zh-hans"


def test_a_month_of_the_archive_stands_in_its_year(client: Client) -> None:
    builders.digest()
    assert Head(client, "/archive/2024/").said("og:title") == "Digests of 2024"
    page, way = Head(client, "/archive/2024/7/").data()["@graph"]
    assert page["name"] == "Digests of July 2024"
    steps = {step["name"]: step["item"].removeprefix(HOST) for step in way["itemListElement"]}
    assert steps == {
        "Archive": "/archive/",
        "Digests of 2024": "/archive/2024/",
        "Digests of July 2024": "/archive/2024/7/",
    }


def test_a_digest_a_tag_and_a_reference_name_their_topics(client: Client) -> None:
    digest = builders.digest(title="摘要", tags=["RAG"])
    topic = builders.topic(digest, "话题一", tags=["RAG"])
    builders.topic(digest, "话题二")
    reference = builders.reference()
    builders.citation(topic, reference)
    assert Head(client, digest.get_absolute_url()).said("description") == "话题一 · 话题二"
    assert Head(client, "/tags/rag/").said("description") == "RAG · 1 topic · 话题一"
    described = Head(client, reference.get_absolute_url()).said("description")
    assert described == "Toolformer · Cited in 1 topic · 话题一"


def test_a_long_text_is_cut(client: Client) -> None:
    topic = builders.topic(builders.digest(), body="* **观点**: " + "很长" * 500)
    assert len(Head(client, topic.get_absolute_url()).said("description")) == 160


def test_what_is_missing_or_not_for_readers_says_nothing(client: Client) -> None:
    for address, status in [("/digests/none/", 404), ("/x/", 404), ("/accounts/login/", 200)]:
        head = Head(client, address, status)
        assert head.links("canonical") == []
        assert head.links("alternate") == []


def test_markup_in_any_field_is_text_in_the_head(client: Client) -> None:
    evil = """</script><script>alert("x")</script>'\\"\u2028&amp;<!--"""
    digest = builders.digest(title=evil, preamble=evil, tags=[evil])
    topic = builders.topic(digest, evil, tags=[evil], body=f"* **结论**: {evil}\n")
    reference = builders.reference("name:x", cited_title=evil)
    builders.citation(topic, reference)
    index.refresh(digests=[digest.pk])
    rows = (topic, digest, reference, topic.own_tags[0])
    for row in rows:
        head = Head(client, row.get_absolute_url())
        page, way = head.data()["@graph"]
        assert page["name"] == str(row)
        assert way["itemListElement"][-1]["name"] == str(row)
        assert head.said("og:title").startswith(str(row)[:20])
    text = Head(client, f"/search/?q={quote(evil)}")
    assert text.data()["@graph"][0]["name"].startswith(evil.strip()[:20])
    assert Topic.objects.count() == 1
