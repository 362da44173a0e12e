"""Pages and feeds end where they would grow without end, and lead to the rest."""

import re
from pathlib import Path

import pytest
from django.test import Client

from digests.models import Digest, Topic
from digests.pages.feeds import atom
from digests.pages.parts.rows import LONGEST_TITLE
from digests.rendering import MOST_OF_TEXT
from digests.templatetags import digests as tags
from digests.tests import builders
from digests.tests.files import import_text

pytestmark = pytest.mark.django_db

# 40 KB of HTML, with about 40 bytes in each paragraph.
_PARAGRAPHS = 1_000
_LONG = "".join(f"第{number}段，字字字字。\n\n" for number in range(_PARAGRAPHS))
_PARAGRAPH = re.compile(r"第(\d+)段")
_MOST = 25_000
_FRAME = 25_000  # bytes of a page without the text


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of a fortieth, because rendering megabytes takes seconds."""
    assert (MOST_OF_TEXT, atom.MOST_BYTES) == (1_000_000, 1_800_000)
    monkeypatch.setattr(tags, "MOST_OF_TEXT", _MOST)
    monkeypatch.setattr(atom, "MOST_BYTES", 45_000)


def _numbers(html: str) -> list[int]:
    return [int(number) for number in _PARAGRAPH.findall(html)]


def test_the_page_of_a_text_of_over_1_mb_ends_with_a_link_to_the_rest(
    client: Client, tmp_path: Path
) -> None:
    import_text(tmp_path, f"## 长\n\n{_LONG}")
    topic = Topic.objects.get()
    first = client.get(topic.get_absolute_url()).content.decode()
    assert 0.9 * _MOST < len(first.encode()) < _MOST + _FRAME
    assert '<a href="?text=2" rel="next">' in first
    second = client.get(topic.get_absolute_url(), {"text": 2}).content.decode()
    shown = _numbers(first[first.index("<article") :]) + _numbers(
        second[second.index("<article") :]
    )
    assert shown == list(range(_PARAGRAPHS))
    assert '<a href="?text=3"' not in second


def test_a_text_of_less_than_1_mb_is_whole(client: Client, tmp_path: Path) -> None:
    import_text(tmp_path, f"## 长\n\n{_LONG[: len(_LONG) // 2]}")
    page = client.get(Topic.objects.get().get_absolute_url()).content.decode()
    assert "?text=" not in page


def test_a_long_preamble_has_pages_too(client: Client, tmp_path: Path) -> None:
    import_text(tmp_path, f"{_LONG}\n\n## 题\n\n甲\n")
    address = Digest.objects.get().get_absolute_url()
    first = client.get(address).content.decode()
    assert len(first.encode()) < _MOST + _FRAME
    assert '<a href="?text=2" rel="next">' in first
    assert _numbers(client.get(address, {"text": 2}).content.decode())[-1] == _PARAGRAPHS - 1


def test_the_page_of_a_digest_holds_1_mb_of_its_topics_and_leads_to_the_others(
    client: Client, tmp_path: Path
) -> None:
    topics = [f"## {number}. 题\n\n{_LONG[: len(_LONG) // 3]}\n" for number in range(1, 6)]
    import_text(tmp_path, "".join(topics))
    page = client.get(Digest.objects.get().get_absolute_url()).content.decode()
    assert len(page.encode()) < _MOST + _FRAME
    assert page.count(">The whole topic</a>") == 3
    assert page.count('<section class="topic"') == 5


@pytest.mark.parametrize("address", ["/topics.atom", "/digests.atom"])
def test_a_feed_holds_at_most_2_mb_with_all_its_entries(
    client: Client, tmp_path: Path, address: str
) -> None:
    for day in range(1, 6):
        text = f"## 题\n\n{_LONG[: len(_LONG) // 3]}\n"
        import_text(tmp_path, text, name=f"2024-07-{day:02}.md")
    feed = client.get(address).content.decode()
    assert 30_000 < len(feed.encode()) < 50_000
    assert feed.count("<entry>") == 5
    assert feed.count("The whole text") == 3


def test_a_long_title_is_cut_in_lists_and_whole_on_its_page(client: Client) -> None:
    title = "题" * (LONGEST_TITLE + 1)
    topic = builders.topic(builders.digest(title=title), title)
    page = client.get(topic.get_absolute_url()).content.decode()
    assert re.search(rf"{title}\s*</h1>", page)
    assert title in client.get("/digests/2024-07-10/").content.decode()
    for address in ("/", "/digests/", "/topics.atom", "/digests.atom"):
        page = client.get(address).content.decode()
        assert title not in page
        assert f"{title[: LONGEST_TITLE - 1]}…" in page


def test_a_title_of_the_greatest_length_is_whole_in_lists(client: Client) -> None:
    title = "题" * LONGEST_TITLE
    builders.topic(builders.digest(), title)
    assert title in client.get("/").content.decode()
