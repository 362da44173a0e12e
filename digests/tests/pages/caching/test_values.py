"""Values that pages share until anything is written."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from digests.changes.transaction import write_transaction
from digests.models import Tag, Topic
from digests.tests import builders
from digests.tests.files import edit_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("copies")]


@pytest.fixture(autouse=True)
def topic() -> Topic:
    with write_transaction():
        return builders.topic(builders.digest(), tags=["RAG"])


def is_shared(address: str, client: Client) -> bool:
    """True if a page that is made anew shows a value that was made before."""
    client.get(address)
    Tag.objects.update(name="不是副本")  # not as a write, which would raise the version
    return "不是副本" not in client.get(f"{address}?page=made-anew").content.decode()


@pytest.mark.parametrize("address", ["/", "/stats/"])
def test_pages_that_are_made_share_a_value(client: Client, address: str) -> None:
    assert is_shared(address, client)


@pytest.mark.parametrize("address", ["/", "/stats/"])
def test_a_write_ends_it(client: Client, topic: Topic, address: str) -> None:
    client.get(address)
    edit_topic(topic, tags=["新标签"])
    after = client.get(address).content
    cache.clear()
    assert client.get(address).content == after
    assert "新标签" in after.decode()


def test_it_ends_with_the_day(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/stats/")
    Tag.objects.update(name="不是副本")
    monkeypatch.setattr(timezone, "localdate", lambda: date(2100, 1, 1))
    assert "不是副本" in client.get("/stats/").content.decode()


def test_readers_with_other_rights_have_another(client: Client) -> None:
    client.get("/stats/")
    Tag.objects.update(name="不是副本")
    client.force_login(User.objects.create_user("reader"))
    assert "不是副本" in client.get("/stats/").content.decode()
