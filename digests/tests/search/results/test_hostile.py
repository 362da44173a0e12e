"""Hostile and random queries: none may raise an error."""

from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from digests.tests.files import SEED, import_path
from digests.tests.length import often
from digests.tests.search import hostile

INVENTED = often(100, at_length=500)
ENCODED = [
    *(quote(typed, safe="") for typed in (*hostile.WRITTEN, *hostile.generated(INVENTED))),
    *hostile.RAW,
]


@pytest.fixture
def site(db: None, client: Client) -> Client:
    import_path(SEED)
    return client


@pytest.mark.parametrize("address", ["search", "suggestions"])
def test_whatever_is_typed_is_answered(site: Client, address: str) -> None:
    url = reverse(f"digests:{address}")
    statuses = {query: site.get(f"{url}?q={query}").status_code for query in ENCODED}
    assert [query for query, status in statuses.items() if status != 200] == []


@pytest.mark.parametrize(
    "parameters",
    ["page=0", "page=-1", "page=x", "page=99999999999999999999", "order=x", "sort=%00"],
)
def test_whatever_else_stands_in_the_address_is_answered(site: Client, parameters: str) -> None:
    url = reverse("digests:search")
    assert site.get(f"{url}?q=RAG&{parameters}").status_code == 200


@pytest.mark.parametrize("field", ["tag", "label", "kind", "year"])
def test_a_facet_may_have_any_value(site: Client, field: str) -> None:
    url = reverse("digests:search")
    values = [*hostile.WRITTEN[:120:10], "\x00", "a" * 10_000, "9" * 30, "-1", "tag=rag"]
    statuses = {value: site.get(url, {"q": "RAG", field: value}).status_code for value in values}
    assert [value for value, status in statuses.items() if status != 200] == []
