"""Digests and topics as Markdown and as JSON."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertRedirects
from pytest_django.fixtures import Settings

from digests.models import Digest, DigestAlias, Topic
from digests.tests import builders
from digests.tests.files import SEED, SMALL, edit_topic, import_path, import_text, only_digest
from digests.vocabulary import TopicStatus

pytestmark = pytest.mark.django_db

LINKED = """# 摘要

[paper]: https://arxiv.org/abs/2305.18290 "DPO"

## 1. 第一
* **问题**: 见 [论文][paper] 和 [代码]

## 2. 第二
* **结论**: 无

[代码]: https://github.com/a/b
"""


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (SEED.read_bytes(), "utf-8"),
        (SMALL.replace("\n", "\r\n").encode("utf-8-sig"), "utf-8"),
        (SMALL.encode("gb18030"), "gb18030"),
        (SMALL.encode("utf-16"), "utf-16"),
    ],
)
def test_a_digest_is_its_file_byte_for_byte(
    client: Client, tmp_path: Path, data: bytes, charset: str
) -> None:
    import_text(tmp_path, data)
    response = client.get("/digests/2024-07-11.md")
    assert response.content == data
    assert response.headers["Content-Type"] == f"text/markdown; charset={charset}"
    assert data.decode(charset).lstrip("\ufeff") == response.content.decode(charset).lstrip(
        "\ufeff"
    )


def test_an_edited_digest_is_its_export(client: Client, tmp_path: Path) -> None:
    import_text(tmp_path)
    edit_topic(Topic.objects.all()[0], title="换了题目")
    call_command("export_digests", output=str(tmp_path / "out"))
    exported = (tmp_path / "out" / "2024-07-11.md").read_bytes()
    assert client.get("/digests/2024-07-11.md").content == exported
    assert "换了题目" in exported.decode()


def test_the_json_of_a_digest_is_its_export_with_addresses(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    import_path(SEED)
    call_command("export_digests", format="json")
    exported = json.loads(capsys.readouterr().out)
    found = client.get("/digests/2024-07-10.json").json()
    assert found.pop("url") == "http://testserver/digests/2024-07-10/"
    for topic in found["topics"]:
        assert topic.pop("url").startswith(f"http://testserver/topics/{topic['id']}/")
        for citation in topic["citations"]:
            assert citation.pop("reference_url").startswith("http://testserver/references/")
    assert found == exported


def test_what_a_preamble_cites_is_in_the_json(client: Client, tmp_path: Path) -> None:
    import_text(tmp_path)
    (citation,) = client.get("/digests/2024-07-11.json").json()["citations"]
    assert citation["url"] == "https://example.org/blog"


def test_chinese_is_not_spelled_out_in_json(client: Client, tmp_path: Path) -> None:
    import_text(tmp_path)
    response = client.get("/digests/2024-07-11.json")
    assert response.headers["Content-Type"] == "application/json"
    assertContains(response, "召回率低")


@pytest.mark.parametrize("suffix", [".md", ".json"])
def test_a_renamed_digest_leads_to_the_same_variant(client: Client, suffix: str) -> None:
    DigestAlias.objects.create(digest=builders.digest("neu"), slug="alt")
    response = client.get(f"/digests/alt{suffix}?x=1")
    assert response.status_code == 301
    assert response.headers["Location"] == f"/digests/neu{suffix}?x=1"


@pytest.mark.parametrize("suffix", [".md", ".json"])
def test_a_topic_answers_at_its_address_and_by_its_number_alone(
    client: Client, suffix: str
) -> None:
    topic = builders.topic(builders.digest(), "Adam 优化器")
    at_full = client.get(f"/topics/{topic.pk}/adam-优化器{suffix}")
    assert at_full.status_code == 200
    assert client.get(f"/topics/{topic.pk}{suffix}").content == at_full.content
    response = client.get(f"/topics/{topic.pk}/alt{suffix}")
    assert response.status_code == 301
    assertRedirects(response, topic.get_absolute_url().removesuffix("/") + suffix, 301)


def test_a_topic_in_markdown_says_where_it_is_from(client: Client, settings: Settings) -> None:
    settings.KB_SITE_NAME = "甲队_知识库_"
    digest = builders.digest(title="七月 [十] 日", tags=["RAG", "周报"])
    topic = builders.topic(digest, "用 *Adam*", tags=["RAG", "MCTS"])
    text = client.get(f"/topics/{topic.pk}.md").content.decode()
    url = f"http://testserver{topic.get_absolute_url()}"
    assert text == (
        f"## 1. 用 *Adam*\n{builders.BODY}\n"
        "Source: 甲队_知识库\\_ · "
        "[七月 \\[十\\] 日](http://testserver/digests/2024-07-10/) · 2024-07-10 · "
        f"<{url}> · Tags: RAG, MCTS, 周报\n"
    )


def test_a_topic_in_markdown_brings_the_link_definitions_that_it_uses(
    client: Client, tmp_path: Path
) -> None:
    import_text(tmp_path, LINKED)
    first, second = Topic.objects.order_by("position")
    text = client.get(f"/topics/{first.pk}.md").content.decode()
    assert text.endswith(
        '\n\n[paper]: https://arxiv.org/abs/2305.18290 "DPO"\n[代码]: https://github.com/a/b\n'
    )
    assert "paper" not in client.get(f"/topics/{second.pk}.md").content.decode()


def test_a_topic_copied_into_a_file_of_its_own_cites_the_same(
    client: Client, tmp_path: Path
) -> None:
    import_text(tmp_path, LINKED)
    copied = client.get(f"/topics/{Topic.objects.order_by('position')[0].pk}.md").content
    cited = list(only_digest().topics.order_by("position")[0].citations.values_list("url", "title"))
    import_text(tmp_path, copied, name="2024-08-01.md")
    again = Digest.objects.get(slug="2024-08-01").topics.get()
    assert len(cited) == 2
    assert list(again.citations.values_list("url", "title"))[:2] == cited


@pytest.mark.parametrize("suffix", [".md", ".json"])
def test_an_archived_topic_says_so_and_a_deleted_one_is_not_found(
    client: Client, suffix: str
) -> None:
    topic = builders.topic(builders.digest(), status=TopicStatus.ARCHIVED)
    words = "archived: no longer in the file" if suffix == ".md" else '"is_archived": true'
    assertContains(client.get(f"/topics/{topic.pk}{suffix}"), words)
    Topic.objects.update(status=TopicStatus.DELETED)
    assert client.get(f"/topics/{topic.pk}{suffix}").status_code == 404


@pytest.mark.parametrize("status", [TopicStatus.ARCHIVED, TopicStatus.DELETED])
def test_a_digest_holds_its_live_topics_alone(client: Client, status: TopicStatus) -> None:
    digest = builders.digest()
    builders.topic(digest, status=status)
    live = builders.topic(digest)
    topics = client.get("/digests/2024-07-10.json").json()["topics"]
    assert [topic["id"] for topic in topics] == [live.pk]


def test_a_topic_in_json_tells_its_own_tags_and_those_of_its_digest(client: Client) -> None:
    topic = builders.topic(builders.digest(tags=["周报"]), tags=["RAG"])
    found = client.get(f"/topics/{topic.pk}.json").json()
    assert found["tags"] == ["RAG"]
    assert found["digest"]["tags"] == ["周报"]
    assert [point["kind"] for point in found["points"]] == ["question", "conclusion"]


def test_the_file_of_a_digest_costs_two_queries_and_the_version_another(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    import_path(SEED)
    with django_assert_num_queries(3):
        client.get("/digests/2024-07-10.md")
