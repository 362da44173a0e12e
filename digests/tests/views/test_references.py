import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from digests.models import Reference
from digests.tests import builders
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
    assert list(response.context["topics"]) == [first, last]
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
    assert list(response.context["digests"]) == [digest]
    assertContains(response, digest.get_absolute_url())


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
