"""Every JSON variant is valid by the published schema, for rich, empty and hostile rows."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from jsonschema import Draft202012Validator

from digests.models import Digest, Reference, Tag, Topic
from digests.search import index
from digests.search.engines import Order
from digests.search.language.parser import NoteCode
from digests.tests import builders
from digests.tests.files import SEED, edit_topic, import_path, import_text
from digests.vocabulary import PointKind, ReferenceKind, TopicStatus

pytestmark = pytest.mark.django_db

HOSTILE = "<script>\"'\\]()\u2028`*#1. $&amp;\x7f\U0001f600"


def test_the_schema_is_published_and_is_one(client: Client) -> None:
    response = client.get("/schema.json")
    assert response.headers["Content-Type"] == "application/schema+json"
    Draft202012Validator.check_schema(response.json())


def test_no_object_in_the_schema_may_have_more_members_than_it_says(client: Client) -> None:
    loose = [found for found in objects(client.get("/schema.json").json()) if not closed(found)]
    assert loose == []


def test_the_schema_knows_every_kind_and_code(client: Client) -> None:
    definitions = client.get("/schema.json").json()["$defs"]
    query = definitions["search"]["properties"]["query"]["properties"]
    note = query["notes"]["items"]["properties"]
    assert definitions["pointKind"]["enum"] == PointKind.values
    assert definitions["referenceKind"]["enum"] == ReferenceKind.values
    assert note["code"]["enum"] == [code.value for code in NoteCode]
    assert query["order"]["enum"] == [order.value for order in Order]


def test_the_real_digest_fits(client: Client) -> None:
    import_path(SEED)
    addresses = [
        *addresses_of(Digest.objects.all()),
        *addresses_of(Topic.objects.all()),
        *addresses_of(Tag.objects.used()),
        *addresses_of(Reference.objects.all()[:20]),
    ]
    assert len(addresses) > 20
    for address in addresses:
        assert_fits(client.get(address))


def test_bare_rows_fit(client: Client) -> None:
    digest = builders.digest(title="")
    topic = builders.topic(digest, "", number=None, body="")
    tag = builders.tag("没人用的标签")
    bare = builders.reference("name:无名", cited_title="", url="", kind="other")
    alone = builders.digest("2024-07-11")
    for row in (digest, topic, tag, bare, alone):
        assert_fits(client.get(addresses_of([row])[0]))


def test_hostile_rows_fit_and_come_back_as_they_are(client: Client) -> None:
    digest = builders.digest("a b(1).md", title=HOSTILE, preamble=HOSTILE, tags=[HOSTILE])
    body = f"* **问题**: {HOSTILE}\n"
    topic = builders.topic(digest, HOSTILE, body=body, tags=[HOSTILE], status=TopicStatus.ARCHIVED)
    live = builders.topic(digest, HOSTILE, body=body, tags=[HOSTILE])
    reference = builders.reference(
        f"name:{HOSTILE}", cited_title=HOSTILE, url=f"https://x/{HOSTILE}"
    )
    for by in (digest, topic, live):
        builders.citation(by, reference, label=HOSTILE, title=HOSTILE, url=HOSTILE, kind="other")
    for row in (digest, topic, live, reference, topic.own_tags[0]):
        found = assert_fits(client.get(addresses_of([row])[0]))
        assert HOSTILE in (found.get("title"), found.get("name"))


def test_a_moment_of_any_century_is_a_date_time(client: Client) -> None:
    """Check dates by hand, because jsonschema would need one more package to do so."""
    for slug, year in (("2024", 2024), ("0024", 24)):
        builders.digest(slug, published_at=datetime(year, 7, 10, tzinfo=UTC))
        published = client.get(f"/digests/{slug}.json").json()["published_at"]
        assert re.fullmatch(r"\d{4}-07-10T\d\d:\d\d:\d\d[+-]\d\d:\d\d", published)
        assert datetime.fromisoformat(published) == datetime(year, 7, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?q=",
        "?q=召回率",
        "?q=RAG&tag=rag&label=question&sort=newest&page=9",
        "?q=召回绿",
        "?q=召回率+没有的词",
        "?tag=rag&kind=paper&year=2024&year=1999",
        "?q=kind:x+RAG+OR+after:2024+！！&sort=x&page=x",
        "?q=" + "很" * 600,
    ],
)
def test_a_search_fits_whatever_is_asked(client: Client, tmp_path: Path, question: str) -> None:
    import_text(tmp_path)
    assert_fits(client.get(f"/search.json{question}"))


@pytest.mark.parametrize(
    "address",
    ["/digests/x.json", "/topics/9.json", "/topics/9/x.json", "/tags/x.json", "/references/9.json"],
)
def test_what_is_not_found_fits_too(client: Client, address: str) -> None:
    found = assert_fits(client.get(address), status=404)
    assert found["error"]["status"] == 404


def test_every_list_of_the_site_fits_after_an_edit(client: Client, tmp_path: Path) -> None:
    import_text(tmp_path)
    topic = edit_topic(Topic.objects.all()[0], title="换了题目", tags=["新标签"], number=None)
    index.refresh(digests=[topic.digest_id])
    for address in ("/search.json?q=换了题目", *addresses_of([topic, *Tag.objects.used()])):
        assert_fits(client.get(address))


def addresses_of(rows: Any) -> list[str]:
    return [f"{row.get_absolute_url().removesuffix('/')}.json" for row in rows]


def assert_fits(response: Any, status: int = 200) -> dict[str, Any]:
    """Assert that a response is valid by the schema and by the definition that its header names.
    Returns its content."""
    assert response.status_code == status
    found: dict[str, Any] = json.loads(response.content.decode())
    schema = Client().get("/schema.json").json()
    definition = named_definition(response)
    for part in (schema, {**schema, "oneOf": [{"$ref": definition}]}):
        errors = [error.message for error in Draft202012Validator(part).iter_errors(found)]
        assert errors == []
    return found


def named_definition(response: HttpResponse) -> str:
    address, _, relation = response.headers["Link"].partition("; ")
    assert relation == 'rel="describedby"'
    assert address.startswith("</schema.json#/$defs/")
    return "#" + address.strip("<>").partition("#")[2]


def objects(part: Any) -> list[dict[str, Any]]:
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
    here = [part] if isinstance(part, dict) and part.get("type") == "object" else []
    return here + [found for each in inner for found in objects(each)]


def closed(found: dict[str, Any]) -> bool:
    properties = list(found["properties"])
    return found.get("additionalProperties") is False and found["required"] == properties
