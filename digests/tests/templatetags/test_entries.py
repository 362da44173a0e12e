"""Items of lists: what they show, and that they escape it."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import translation

from digests.models import Reference, Tag
from digests.models.tags import TagLink
from digests.pages.parts.listed import ListedDigest, ListedTopic
from digests.pages.tags.queries import Subject
from digests.templatetags import entries
from digests.tests import builders
from digests.vocabulary import PointKind

EVIL = "<b>R&D</b>"
ESCAPED = "&lt;b&gt;R&amp;D&lt;/b&gt;"
RAG = Tag(name="RAG", slug="rag", topic_count=3)
EVIL_TAG = Tag(name=EVIL, slug="evil", topic_count=0)
PAPER = Reference(pk=1, key="arxiv:1", kind="paper", cited_title=EVIL, topic_count=2)
TOPIC = ListedTopic(1, EVIL, 7, builders.DAY, [TagLink(EVIL, "evil")])
DIGEST = ListedDigest(1, "2024-07-10", EVIL, builders.DAY, builders.DAY, 3, [TagLink(EVIL, "evil")])


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    "html",
    [
        lambda: entries.topic_entries([TOPIC]),
        lambda: entries.digest_entries([DIGEST], 2),
        lambda: entries.reference_entries([(PAPER, 2)]),
        lambda: entries.all_cited([PAPER]),
        lambda: entries.tag_cloud([EVIL_TAG]),
        lambda: entries.tags_together(Subject([EVIL_TAG]), [(TagLink("RAG", "rag"), 1, "/both/")]),
        lambda: entries.tags_together(Subject([RAG]), [(TagLink(EVIL, "evil"), 1, "")]),
        lambda: entries.unknown_labels([(EVIL, 1)]),
    ],
)
def test_what_a_digest_says_is_escaped(html: Callable[[], str]) -> None:
    shown = html()
    assert ESCAPED in shown
    assert EVIL not in shown


def test_a_topic_has_its_day_its_number_its_title_and_its_tags() -> None:
    shown = entries.topic_entries([TOPIC])
    for part in ("July 10, 2024", "No. 7", 'href="/topics/1/', 'href="/tags/evil/"'):
        assert part in shown
    assert "tags" not in entries.topic_entries([TOPIC._replace(tags=())])


def test_a_digest_shows_its_number_of_topics_where_it_is_known_and_that_it_is_new() -> None:
    shown = entries.digest_entries([DIGEST], 3, {1})
    assert "3 topics" in shown
    assert '<span class="new">' in shown
    assert shown.count("<h3 ") == shown.count("</h3>") == 1
    plain = entries.digest_entries([DIGEST._replace(topic_count=None)], 2, {2})
    assert "topics<" not in plain
    assert "new" not in plain


def test_a_reference_that_one_topic_cites_has_no_number() -> None:
    assert "in 2 topics" in entries.all_cited([PAPER])
    once = Reference(pk=1, key="arxiv:1", kind="paper", topic_count=1)
    assert "topic" not in entries.all_cited([once])


def test_a_tag_without_topics_has_no_number() -> None:
    assert '<span class="count">3</span>' in entries.tag_cloud([RAG])
    assert "count" not in entries.tag_cloud([EVIL_TAG])


def test_tags_together_lead_to_both_and_say_so_to_a_screen_reader() -> None:
    both = entries.tags_together(Subject([RAG]), [(TagLink("LLM", "llm"), 4, "/tags/llm+rag/")])
    assert '<a href="/tags/llm+rag/"><span class="visually-hidden">RAG + </span>LLM</a>' in both
    assert '<a href="/tags/llm/">LLM</a>' in entries.tags_together(
        Subject([RAG]), [(TagLink("LLM", "llm"), 4, "")]
    )


def test_labels_of_one_tag_lead_to_its_points() -> None:
    labels = [(PointKind.CONCLUSION, 5)]
    assert 'href="/labels/conclusion/?tag=c-plus"' in entries.labels_of_tag(labels, "c-plus")
    assert "href" not in entries.labels_of_tag(labels, "")
