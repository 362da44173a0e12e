import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from digests.changes.transaction import write_transaction
from digests.models import Digest, Reference, Tag, Topic
from digests.pages.feeds import queries
from digests.pages.feeds.queries import ENTRIES
from digests.search import index
from digests.tests import builders
from digests.tests.files import SEED, edit_topic, import_path, import_text
from digests.tests.pages.feeds.reading import html, read, titles
from digests.vocabulary import TopicStatus

pytestmark = pytest.mark.django_db


def test_the_feed_of_topics_has_the_newest_first_in_full(client: Client) -> None:
    newer, older = builders.digests(2)
    first = builders.topic(newer, "今天的话题", tags=["RAG", "C++"])
    builders.citation(first, builders.reference(), group="相关引用")
    builders.topic(older, "昨天的话题")
    feed = read(client, "/topics.atom")
    assert titles(feed) == ["今天的话题", "昨天的话题"]
    entry = feed.entries[0]
    assert "状态的卡间通信" in html(entry)
    assert "相关引用" in html(entry)
    assert '<a href="https://arxiv.org/abs/2305.16367">Toolformer</a>' in html(entry)
    assert entry.link == f"http://testserver{first.get_absolute_url()}"
    assert [tag.term for tag in entry.tags] == ["RAG", "C++"]


def test_a_feed_says_whose_it_is_and_where_its_page_and_itself_are(
    client: Client, settings: Settings
) -> None:
    settings.KB_SITE_NAME = "甲队知识库"
    tag = builders.tag("检索增强")
    feed = read(client, "/tags/检索增强.atom").feed
    assert feed.title == "Tag: 检索增强 · 甲队知识库"
    assert feed.author == "甲队知识库"
    assert feed.language == "en"
    links = {link.rel: link.href for link in feed.links}
    assert links["alternate"] == f"http://testserver{tag.get_absolute_url()}"
    assert links["self"] == "http://testserver/tags/%E6%A3%80%E7%B4%A2%E5%A2%9E%E5%BC%BA.atom"


def test_feeds_hold_no_more_than_the_newest_entries(client: Client) -> None:
    digest = builders.digest()
    for place in range(ENTRIES + 1):
        builders.topic(digest, f"话题 {place}")
    assert len(read(client, "/topics.atom").entries) == ENTRIES


def test_a_digest_is_an_entry_with_its_preamble_and_all_topics(
    client: Client, tmp_path: Path
) -> None:
    import_path(SEED)
    import_text(tmp_path)
    feed = read(client, "/digests.atom")
    assert titles(feed) == [str(digest) for digest in Digest.objects.newest_first()]
    small = html(feed.entries[0])
    assert "前言" in small
    assert small.index("在 RAG 中检索") < small.index("用混合检索") < small.index("先看数据")
    assert "Toolformer" in small
    seed = Digest.objects.get(slug="2024-07-10")
    assert html(feed.entries[1]).count("<h2") == seed.topics.count()


def test_a_tag_has_a_feed_of_its_topics(client: Client) -> None:
    digest = builders.digest()
    builders.topic(digest, "有标签的", tags=["C++"])
    builders.topic(digest, "没有标签的")
    assert titles(read(client, "/tags/c-plus-plus.atom")) == ["有标签的"]
    moved = client.get("/tags/C++.atom?token=x")
    assert moved.status_code == 301
    assert moved.headers["Location"] == "/tags/c-plus-plus.atom?token=x"
    assert client.get("/tags/unknown.atom").status_code == 404


def test_a_reference_has_a_feed_of_the_topics_that_cite_it(client: Client) -> None:
    digest = builders.digest()
    reference = builders.reference()
    builders.citation(builders.topic(digest, "引用它的"), reference)
    builders.topic(digest, "不引用的")
    address = f"/references/{reference.pk}/toolformer.atom"
    assert titles(read(client, address)) == ["引用它的"]
    for other in (f"/references/{reference.pk}.atom", f"/references/{reference.pk}/old.atom"):
        assert client.get(other).headers["Location"] == address
    assert client.get("/references/999.atom").status_code == 404


def test_open_questions_have_a_feed(client: Client) -> None:
    digest = builders.digest()
    builders.topic(digest, "没有答案的", is_open=True)
    builders.topic(digest, "有答案的")
    assert titles(read(client, "/questions.atom")) == ["没有答案的"]


def test_a_label_has_a_feed_of_its_points(client: Client) -> None:
    body = "* **结论**: 甲**对**\n* **问题**: 乙\n* **结论**: 丙\n"
    topic = builders.topic(builders.digest(), "话题", body=body)
    feed = read(client, "/labels/conclusion.atom")
    assert titles(feed) == ["甲对", "丙"]
    address = f"http://testserver{topic.get_absolute_url()}"
    assert [entry.link for entry in feed.entries] == [
        f"{address}#conclusion",
        f"{address}#conclusion-2",
    ]
    assert "甲<strong>对</strong>" in html(feed.entries[0])
    assert f'<a href="{address}">话题</a>' in html(feed.entries[0])
    assert len({entry.id for entry in feed.entries}) == 2
    assert client.get("/labels/nothing.atom").status_code == 404


def test_a_footnote_of_a_point_is_on_the_page_of_its_topic(client: Client) -> None:
    body = "* **结论**: 甲[^1]\n\n[^1]: 注\n"
    topic = builders.topic(builders.digest(), body=body)
    page = client.get(topic.get_absolute_url()).content.decode()
    (entry,) = read(client, "/labels/conclusion.atom").entries
    (address,) = re.findall(r'href="([^"]*fn-1)"', html(entry))
    assert address.startswith(f"http://testserver{topic.get_absolute_url()}#")
    assert f'id="{address.partition("#")[2]}"' in page


def test_a_search_has_a_feed_of_what_is_found_exactly(client: Client) -> None:
    newer, older = builders.digests(2)
    builders.topic(older, "显存与通信", tags=["RAG"])
    builders.topic(newer, "通信", tags=["MCTS"], body="* **结论**: 显存够\n")
    builders.topic(newer, "别的", body="* **结论**: 显卡\n")
    index.refresh(digests=[newer.pk, older.pk])
    assert titles(read(client, "/search.atom?q=显存 通信")) == ["通信", "显存与通信"]
    assert titles(read(client, "/search.atom?q=显存&tag=rag")) == ["显存与通信"]
    assert titles(read(client, "/search.atom?q=显存 没有的词")) == []
    assert titles(read(client, "/search.atom")) == []
    feed = read(client, "/search.atom?q=显存&tag=rag&utm_source=x").feed
    assert feed.title.startswith("Search · 显存 · rag · ")
    assert feed.id == read(client, "/search.atom?tag=rag&q=显存").feed.id
    assert feed.id != read(client, "/search.atom?q=显存").feed.id


def test_what_readers_do_not_meet_is_in_no_feed(client: Client) -> None:
    digest = builders.digest()
    for status in (TopicStatus.ARCHIVED, TopicStatus.DELETED):
        builders.topic(digest, status, status=status, tags=["RAG"], is_open=True)
    for address in ("/topics.atom", "/tags/rag.atom", "/questions.atom", "/labels/question.atom"):
        assert titles(read(client, address)) == []
    assert "archived" not in html(read(client, "/digests.atom").entries[0])


def test_ids_outlive_new_names_and_hosts(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "new.example.org"]
    topic = builders.topic(builders.digest(), "旧名", tags=["旧标签"])
    reference = builders.reference()
    builders.citation(topic, reference)
    before = ids(client)
    Digest.objects.update(slug="renamed", title="新名", published_at=builders.DAY + timedelta(1))
    Topic.objects.update(title="新名", body="", position=7)
    Tag.objects.update(name="新标签", slug="new")
    reference.editor_title = "New"
    reference.save()
    assert ids(client, host="new.example.org") == before
    assert len({one for some in before for one in some}) == 9


def ids(client: Client, host: str = "testserver") -> list[list[str]]:
    """The ids of a feed of each kind, followed by those of its entries."""
    (tag,), (reference,) = Tag.objects.all(), Reference.objects.all()
    addresses = [
        "/topics.atom",
        "/digests.atom",
        "/questions.atom",
        f"/tags/{tag.slug}.atom",
        f"/references/{reference.pk}/{reference.slug}.atom",
        "/labels/conclusion.atom",
    ]
    feeds = [read(client, address, host=host) for address in addresses]
    return [[feed.feed.id, *(entry.id for entry in feed.entries)] for feed in feeds]


def test_dates_are_aware_and_an_edit_moves_the_second(client: Client, tmp_path: Path) -> None:
    import_text(tmp_path)
    topic = Topic.objects.get(position=0)
    before = datetime.now(UTC)
    edit_topic(topic, title="改过的标题")
    edited, untouched = read(client, "/topics.atom").entries
    assert edited.published == untouched.published
    published = datetime.fromisoformat("2024-07-11T09:00:00+08:00")
    assert datetime.fromisoformat(edited.published) == published
    assert datetime.fromisoformat(edited.updated) > before
    assert datetime.fromisoformat(untouched.updated) < before
    assert datetime.fromisoformat(read(client, "/digests.atom").entries[0].updated) > before


def test_addresses_in_the_text_name_their_host(client: Client) -> None:
    picture = f"/uploads/{'a' * 32}.png"
    links = "[内](/tags/rag/) [旁](../1/) [外](https://a.example/?b=1&c=2)"
    body = f'![图]({picture})\n\n{links} <a href="//[">坏</a>\n\n`<a href="/text">`\n'
    builders.topic(builders.digest(), body=body)
    text = html(read(client, "/topics.atom").entries[0])
    assert f'src="http://testserver{picture}"' in text
    assert 'href="http://testserver/tags/rag/"' in text
    assert re.search(r'href="http://testserver/topics/\d+/1/"', text)
    assert 'href="https://a.example/?b=1&amp;c=2"' in text
    assert '&lt;a href="/text"&gt;' in text


def test_an_attribute_that_only_speaks_of_an_address_stays_as_it_is(client: Client) -> None:
    body = '[甲](/a "见 href=") $x src=$ <a title="见 href=" href="/b">乙</a>\n'
    topic = builders.topic(builders.digest(), body=body)
    text = html(read(client, "/topics.atom").entries[0])
    shown = topic.rendered()
    assert 'title="见 href="' in shown
    assert 'alttext="x src="' in shown
    assert shown.strip().replace('href="/', 'href="http://testserver/') in text


def test_markup_and_characters_that_xml_forbids_do_no_harm(client: Client) -> None:
    evil = "<b>&amp;\x08\x0b\x1f\ufffe]]></title>"
    digest = builders.digest(title=evil, preamble=evil)
    topic = builders.topic(digest, evil, tags=[f"标签{evil}"], body=f"* **结论**: {evil}\n")
    builders.citation(topic, builders.reference(), title=evil, label=evil, group=evil)
    shown = "<b>&amp;]]></title>"
    for address in ("/topics.atom", f"/tags/{Tag.objects.get().slug}.atom"):
        (entry,) = read(client, address).entries
        assert entry.title == shown
        assert entry.tags[0].term == f"标签{shown}"
    assert titles(read(client, "/digests.atom")) == [shown]
    assert len(read(client, "/labels/conclusion.atom").entries) == 1


def test_a_reader_that_has_the_feed_is_told_so(client: Client) -> None:
    digest = builders.digest()
    builders.topic(digest)
    response = client.get("/topics.atom")
    assert response.headers["Cache-Control"] == "public, no-cache"
    known = {"if-none-match": response.headers["ETag"]}
    assert client.get("/topics.atom", headers=known).status_code == 304
    # An old topic may join a feed, so no date tells if the feed has changed.
    assert "Last-Modified" not in response.headers
    with write_transaction():
        builders.topic(digest)
    assert client.get("/topics.atom", headers=known).status_code == 200


def test_a_feed_is_only_read(client: Client) -> None:
    assert client.post("/topics.atom").status_code == 405
    assert client.head("/topics.atom").status_code == 200


def test_points_of_a_rare_kind_are_found_however_old(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "_RECENT", 1)
    newer, older = builders.digests(2)
    builders.topic(newer, "新的", body="* **结论**: 新\n")
    builders.topic(older, "旧的", body="* **结论**: 旧\n* **经验**: 先看数据\n")
    assert titles(read(client, "/labels/experience.atom")) == ["先看数据"]
    assert titles(read(client, "/labels/conclusion.atom")) == ["新", "旧"]
