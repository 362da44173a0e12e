"""Whatever a file or an editor wrote is text on every page, never markup."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from digests.tests import builders

pytestmark = pytest.mark.django_db

EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>'


@pytest.fixture
def addresses() -> list[str]:
    digest = builders.digest(title=EVIL, preamble=EVIL, tags=[EVIL])
    body = f"* **{EVIL}**: {EVIL}\n\n[x](javascript:alert(1))\n"
    topics = [builders.topic(digest, EVIL, body=body, tags=[EVIL]) for _ in range(2)]
    reference = builders.reference(f"name:{EVIL}", cited_title=EVIL, url=f"https://x/{EVIL}")
    builders.citation(digest, reference, label=EVIL, title=EVIL, url=EVIL, kind="other")
    for topic in topics:
        builders.citation(topic, reference, label=EVIL, title=EVIL, url=EVIL, kind="other")
        builders.citation(topic, builders.reference(f"name:{EVIL}{topic.pk}"), item=None)
    pages = [
        digest.get_absolute_url(),
        topics[0].get_absolute_url(),
        topics[0].own_tags[0].get_absolute_url(),
        reference.get_absolute_url(),
    ]
    return ["/", "/digests/", "/tags/", "/references/", *pages]


def test_markup_in_any_field_is_shown_as_text(client: Client, addresses: list[str]) -> None:
    for address in addresses:
        response = client.get(address)
        assertContains(response, "&lt;script&gt;")
        assertNotContains(response, "<script>")
        assertNotContains(response, "<img")
        assertNotContains(response, 'href="javascript')


@pytest.mark.parametrize(
    ("address", "status"),
    [("/?x=<script>", 200), ("/digests/?page=2&x=<script>", 200), ("/tags/<script>/", 404)],
)
def test_markup_in_the_address_is_not_echoed(client: Client, address: str, status: int) -> None:
    assertNotContains(client.get(address), "<script>", status_code=status)
