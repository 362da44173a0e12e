"""Tags and references as Markdown and as JSON."""

import pytest
from django.test import Client

from digests.deriving.votes import recount_votes
from digests.models import Topic
from digests.tests import builders
from digests.tests.pages.variants.test_markdown_text import read_by_github
from digests.vocabulary import TopicStatus

pytestmark = pytest.mark.django_db

NAMES = [
    "检索增强",
    "C",
    "C++",
    "C#",
    "v0.2",
    "Adam 优化器",
    "a/b",
    "readme.md",
    "data.json",
    "？！",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("suffix", ["/", ".md", ".json"])
def test_every_tag_has_its_page_and_its_variants(client: Client, name: str, suffix: str) -> None:
    tags = ["readme", "data", *NAMES]
    digest = builders.digest()
    for other in tags:
        builders.topic(digest, tags=[other])
    address = builders.tag(name).get_absolute_url().removesuffix("/") + suffix
    response = client.get(address)
    assert response.status_code == 200
    match suffix:
        case "/":
            assert response.context["subject"].name == name
        case ".md":
            assert read_by_github(response.content.decode().partition("\n")[0]) == name
        case ".json":
            assert response.json()["name"] == name


@pytest.mark.parametrize("title", ["Toolformer", "apa.csl", "data.json", "readme.md", "x.bib"])
def test_every_reference_has_its_page_its_variants_and_its_files(
    client: Client, title: str
) -> None:
    reference = builders.reference(cited_title=title)
    stem = reference.get_absolute_url().removesuffix("/")
    assert client.get(f"{stem}/").context["reference"] == reference
    assert read_by_github(client.get(f"{stem}.md").content.decode().partition("\n")[0]) == title
    assert client.get(f"{stem}.json").json()["title"] == title
    for suffix in ("bib", "ris", "csl.json"):
        assert "attachment" in client.get(f"{stem}.{suffix}").headers["Content-Disposition"]


@pytest.mark.parametrize("suffix", [".md", ".json"])
def test_another_spelling_leads_to_the_same_variant(client: Client, suffix: str) -> None:
    builders.topic(builders.digest(), tags=["RAG"])
    response = client.get(f"/tags/RAG{suffix}?page=2")
    assert response.status_code == 301
    assert response.headers["Location"] == f"/tags/rag{suffix}?page=2"
    reference = builders.reference()
    response = client.get(f"/references/{reference.pk}/alt{suffix}")
    assert response.headers["Location"] == f"/references/{reference.pk}/toolformer{suffix}"


def test_a_tag_lists_its_topics_and_digests_newest_first(client: Client) -> None:
    newer, older = builders.digests(2, tags=["RAG"])
    last = builders.topic(older, "昨天", tags=["RAG"])
    first = builders.topic(newer, "今天 [1]", tags=["RAG"])
    builders.topic(newer, "无关的话题")
    found = client.get("/tags/rag.json").json()
    assert [topic["id"] for topic in found["topics"]] == [first.pk, last.pk]
    assert [digest["slug"] for digest in found["digests"]] == [newer.slug, older.slug]
    assert found["topics"][0]["digest"]["slug"] == newer.slug
    text = client.get("/tags/rag.md").content.decode()
    where = "http://testserver"
    assert text == (
        "# RAG\n\n## 2 topics\n\n"
        f"* [今天 \\[1\\]]({where}{first.get_absolute_url()}) · "
        f"[摘要 2024-07-10]({where}/digests/2024-07-10/) · 2024-07-10\n"
        f"* [昨天]({where}{last.get_absolute_url()}) · "
        f"[摘要 2024-07-09]({where}/digests/2024-07-09/) · 2024-07-09\n\n"
        "## Digests with this tag\n\n"
        f"* [摘要 2024-07-10]({where}/digests/2024-07-10/) · 2024-07-10\n"
        f"* [摘要 2024-07-09]({where}/digests/2024-07-09/) · 2024-07-09\n"
    )


@pytest.mark.parametrize("row", ["tag", "reference"])
def test_one_walk_over_the_pages_meets_all_topics_and_digests(client: Client, row: str) -> None:
    reference = builders.reference()
    digests = builders.digests(41, tags=["RAG"])
    for digest in digests[:30]:
        builders.citation(builders.topic(digest, tags=["RAG"]), reference)
    for digest in digests:
        builders.citation(digest, reference)
    address = {"tag": "/tags/rag.json", "reference": f"/references/{reference.pk}.json"}[row]
    topics, slugs, numbers = [], [], []
    while address:
        found = client.get(address).json()
        topics += [topic["id"] for topic in found["topics"]]
        slugs += [digest["slug"] for digest in found["digests"]]
        numbers.append((found["page"], found["pages"]))
        address = found["next"]
    assert topics == list(Topic.objects.newest_first().values_list("pk", flat=True))
    assert slugs == [digest.slug for digest in digests]
    assert numbers == [(1, 3), (2, 3), (3, 3)]
    assert client.get(found["previous"]).json()["page"] == 2


def test_the_pages_of_a_list_in_markdown_are_linked(client: Client) -> None:
    for digest in builders.digests(41, tags=["RAG"]):
        builders.topic(digest, tags=["RAG"])
    page = "http://testserver/tags/rag.md?page="
    assert "Page 1 of 3 · [Next page](" in client.get("/tags/rag.md").content.decode()
    second = client.get("/tags/rag.md?page=2").content.decode()
    assert second.endswith(f"Page 2 of 3 · [Previous page]({page}1) · [Next page]({page}3)\n")


@pytest.mark.parametrize(("asked", "shown"), [("0", 1), ("x", 1), ("99", 2), ("9" * 5000, 1)])
def test_the_nearest_page_is_shown(client: Client, asked: str, shown: int) -> None:
    builders.digests(21, tags=["RAG"])
    assert client.get("/tags/rag.json", {"page": asked}).json()["page"] == shown


def test_a_reference_tells_every_spelling_of_its_url(client: Client) -> None:
    digest = builders.digest()
    reference = builders.reference(host="arxiv.org")
    topic, archived = builders.topic(digest), builders.topic(digest, status=TopicStatus.ARCHIVED)
    urls = [f"https://arxiv.org/{form}/2305.16367" for form in ("pdf", "abs", "pdf")]
    for url in [*urls, ""]:
        builders.citation(topic, reference, url=url)
    builders.citation(archived, reference, url="https://arxiv.org/html/2305.16367")
    recount_votes([reference.pk])
    found = client.get(f"/references/{reference.pk}.json").json()
    assert found["spellings"] == sorted(set(urls))
    assert (found["key"], found["kind"], found["host"]) == (reference.key, "paper", "arxiv.org")
    assert found["url"] == reference.url
    assert found["reference_url"] == f"http://testserver{reference.get_absolute_url()}"
    text = client.get(f"/references/{reference.pk}.md").content.decode()
    assert text.startswith("# Toolformer\n\n* Paper\n* arxiv:2305.16367\n")
    assert text.count("](https://arxiv.org/") == 2
    assert "## Cited in " in text
