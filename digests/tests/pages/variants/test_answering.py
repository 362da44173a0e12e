"""Content negotiation and headers of variants."""

import re
from pathlib import Path
from unicodedata import normalize
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import resolve
from pytest_django.asserts import assertContains, assertNotContains

from digests import urls
from digests.changes.transaction import write_transaction
from digests.models import DigestAlias, Reference, Tag, Topic
from digests.tests import builders
from digests.tests.files import import_text, only_digest

pytestmark = pytest.mark.django_db

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.fixture
def topic() -> Topic:
    return builders.topic(builders.digest(), tags=["RAG"])


@pytest.mark.parametrize(
    ("accepted", "answered"),
    [
        (None, "text/html"),
        ("", "text/html"),
        ("*/*", "text/html"),
        (BROWSER, "text/html"),
        ("text/*", "text/html"),
        ("image/png", "text/html"),
        ("garbage;;q=x,/", "text/html"),
        ("text/html, application/json", "text/html"),
        ("text/html;q=0.9, application/json;q=0.5", "text/html"),
        ("application/json", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("text/html;q=0.5, application/json", "application/json"),
        ("application/*", "application/json"),
        ("text/markdown", "text/markdown"),
        ("text/markdown; charset=utf-8", "text/markdown"),
        ("text/markdown;variant=GFM;q=0.9, text/html;q=0.8", "text/markdown"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/json;charset=utf-8;q=0.5, */*;q=0.1", "application/json"),
        ("application/json;charset=utf-8;q=0.5, text/html", "text/html"),
        ("application/json;charset=utf-8;q=0", "text/html"),
        ("text/markdown, text/html;q=0.9, */*;q=0.1", "text/markdown"),
    ],
)
def test_the_address_of_a_page_answers_as_the_client_prefers(
    client: Client, topic: Topic, accepted: str | None, answered: str
) -> None:
    headers = {} if accepted is None else {"Accept": accepted}
    response = client.get(topic.get_absolute_url(), headers=headers)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith(answered)
    assert "Accept" in response.headers["Vary"].split(", ")


@pytest.mark.parametrize(
    ("accepted", "suffix"), [("application/json", ".json"), ("text/markdown", ".md")]
)
def test_what_is_preferred_is_what_stands_at_the_variants_own_address(
    client: Client, tmp_path: Path, accepted: str, suffix: str
) -> None:
    import_text(tmp_path)
    rows = (only_digest(), *Topic.objects.all(), *Tag.objects.used(), *Reference.objects.all())
    for page in ("/search/", *(row.get_absolute_url() for row in rows)):
        preferred = client.get(page, headers={"Accept": accepted})
        assert preferred.content == client.get(page.removesuffix("/") + suffix).content


def test_every_page_that_has_variants_links_to_them(client: Client, tmp_path: Path) -> None:
    import_text(tmp_path)
    rows = (only_digest(), *Topic.objects.all(), *Tag.objects.used(), *Reference.objects.all())
    linked = set()
    for page in ("/search/", *(row.get_absolute_url() for row in rows)):
        html = client.get(page).content.decode()
        (address,) = re.findall(
            '<link rel="alternate" href="([^"]*)" type="application/json">', html
        )
        name = str(resolve(unquote(address)).url_name)
        linked.add(name.removesuffix("_short.json").removesuffix(".json"))
        assert client.get(address).status_code == 200
    names = {str(pattern.name) for pattern in urls.urlpatterns}
    pages = {name.removesuffix(".md") for name in names if name.endswith(".md")}
    assert linked == {page for page in pages if not page.endswith("_short")}


@pytest.mark.parametrize("suffix", [".json", ".md", ".atom"])
def test_a_slug_that_ends_like_a_format_opens_without_a_slash(client: Client, suffix: str) -> None:
    digest = builders.digest(f"数据{suffix}")
    tag = builders.tag(f"package{suffix}")
    for row in (digest, tag):
        address = row.get_absolute_url()
        response = client.get(address.removesuffix("/"), follow=True)
        assert (response.status_code, response.redirect_chain[-1][0]) == (200, address)
    builders.tag("package")
    assert client.get(f"/tags/package{suffix}").headers["Content-Type"][:9] != "text/html"
    assert client.get(f"/tags/nothing{suffix}").status_code == 404


def test_an_address_in_nfd_leads_to_the_digest_in_nfc(client: Client) -> None:
    digest = builders.digest("cafés")
    response = client.get(f"/digests/{normalize('NFD', 'cafés')}/")
    assert response.headers["Location"] == digest.get_absolute_url()
    assert client.get(f"/digests/{normalize('NFD', 'é')}/").status_code == 404


def test_who_prefers_a_variant_is_led_to_it_from_an_old_address(client: Client) -> None:
    DigestAlias.objects.create(digest=builders.digest("neu"), slug="alt")
    response = client.get("/digests/alt/", headers={"Accept": "application/json"})
    assert response.headers["Location"] == "/digests/neu.json"
    assert client.get("/digests/alt/").headers["Location"] == "/digests/neu/"


def test_a_page_names_its_variants(client: Client, topic: Topic) -> None:
    pages = {
        topic.get_absolute_url(): f"/topics/{topic.pk}",
        topic.digest.get_absolute_url(): "/digests/2024-07-10",
        "/tags/rag/": "/tags/rag",
        "/search/": "/search",
    }
    for page, stem in pages.items():
        response = client.get(f"{page}?page=2&q=a")
        for suffix, form in ((".md", "text/markdown"), (".json", "application/json")):
            link = f'<link rel="alternate" href="{stem}{suffix}?page=2&amp;q=a" type="{form}">'
            assertContains(response, link, count=1)


@pytest.mark.parametrize(("address", "status"), [("/", 200), ("/tags/", 200), ("/topics/9/", 404)])
def test_a_page_without_variants_names_none(client: Client, address: str, status: int) -> None:
    assertNotContains(client.get(address), 'type="application/json"', status_code=status)


@pytest.mark.parametrize("suffix", [".md", ".json"])
def test_what_is_known_already_is_not_sent_again(client: Client, topic: Topic, suffix: str) -> None:
    address = f"/topics/{topic.pk}{suffix}"
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    with write_transaction():
        Topic.objects.update(heading="## 2. 换了题目\n", number=2)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("suffix", [".md", ".json"])
def test_a_variant_stays_out_of_indexes_and_on_this_site(
    client: Client, topic: Topic, suffix: str
) -> None:
    headers = client.get(f"/topics/{topic.pk}{suffix}").headers
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Content-Language"] == "en"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in headers
    assert "X-Robots-Tag" not in client.get(topic.get_absolute_url()).headers


@pytest.mark.parametrize("suffix", [".md", ".json"])
def test_a_variant_is_read_only(client: Client, topic: Topic, suffix: str) -> None:
    assert client.post(f"/topics/{topic.pk}{suffix}").status_code == 405
    assert client.head(f"/topics/{topic.pk}{suffix}").status_code == 200


def test_what_is_not_found_is_said_in_the_form_that_was_asked_for(client: Client) -> None:
    for response in (
        client.get("/topics/9.json"),
        client.get("/topics/9/", headers={"Accept": "application/json"}),
    ):
        assert response.status_code == 404
        assert response.json() == {"error": {"status": 404, "message": "Page not found"}}
    for address in ("/topics/9.md", "/topics/9/"):
        response = client.get(address)
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("address", ["/tags.json", "/topics/x.json", "/tags/a/b.json", "/stats.md"])
def test_pages_without_variants_are_not_found_with_a_suffix(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
