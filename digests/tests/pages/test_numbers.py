"""Counts are grouped as the language does; years and what stands in addresses never are."""

import re

import pytest
from django.core.management.color import no_style
from django.db import connection, models
from django.test import Client
from pytest_django.asserts import assertContains

from digests.models import Digest, Reference, Tag, Topic
from digests.tests import builders
from digests.tests.page_types import everything

pytestmark = [pytest.mark.once, pytest.mark.django_db]

GROUPED = re.compile(r"\d,\d{3}")
ATTRIBUTE = re.compile(r'(?:id|href|for|aria-[a-z]+|viewBox|width|height|x|y|value|d)="([^"]*)"')
TABLES: list[type[models.Model]] = [Digest, Topic, Tag, Reference]


@pytest.fixture
def from_5000() -> None:
    """Raise the next ids to four digits."""
    digest = builders.digest("first", id=5000, published_at=builders.DAY.replace(year=2023))
    topic = builders.topic(digest, id=5000)
    Tag.objects.create(id=5000, name="甲", slug="甲")
    builders.citation(topic, builders.reference("name:first", id=5000), id=5000)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), TABLES):
            cursor.execute(statement)


@pytest.mark.usefixtures("from_5000")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_ids_and_years_have_no_commas(client: Client, language: str) -> None:
    client.cookies["django_language"] = language
    pages = {address: client.get(address).content.decode() for address in everything()}
    assert any('id="topic-5' in html for html in pages.values())
    attributes = {(a, value) for a, html in pages.items() for value in ATTRIBUTE.findall(html)}
    assert {(a, value) for a, value in attributes if GROUPED.search(value)} == set()
    assert [address for address, html in pages.items() if re.search(r"\b202\d,|2,02\d", html)] == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_count_of_thousands_is_grouped_by_three(client: Client, language: str) -> None:
    Tag.objects.create(name="RAG", slug="rag", topic_count=1234567)
    client.cookies["django_language"] = language
    assertContains(client.get("/tags/"), "1,234,567")
