import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from digests.tests import builders

pytestmark = pytest.mark.django_db


def test_the_guide_is_markdown_in_the_form_of_llms_txt(client: Client, settings: Settings) -> None:
    settings.KB_SITE_NAME = "甲队知识库"
    builders.topic(builders.digest(title="第 [1] 期"))
    response = client.get("/llms.txt")
    text = response.content.decode()
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert text.startswith("# 甲队知识库\n\n> 甲队知识库: digests of our group chats")
    entry = "- [第 \\[1\\] 期](http://testserver/digests/2024-07-10.md): 2024-07-10, 1 topic\n"
    assert f"## Newest digests\n\n{entry}" in text


def test_the_guide_lists_the_newest_digests(client: Client) -> None:
    digests = builders.digests(31)
    text = client.get("/llms.txt").content.decode()
    assert f"/digests/{digests[29].slug}.md" in text
    assert f"/digests/{digests[30].slug}.md" not in text


def test_the_guide_says_so_where_there_is_no_digest(client: Client) -> None:
    assert "There is no digest yet." in client.get("/llms.txt").content.decode()


def test_what_the_guide_links_to_is_there(client: Client) -> None:
    text = client.get("/llms.txt").content.decode()
    addresses = re.findall(r"http://testserver(/[^)`\s?]*)", text)
    assert {"/schema.json", "/search.json", "/digests/", "/feeds/"} <= set(addresses)
    assert [a for a in addresses if client.get(a).status_code != 200] == []
