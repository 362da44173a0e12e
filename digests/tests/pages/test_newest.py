"""The newest topics of a long list, which are found without a look at the others."""

from collections.abc import Sequence
from random import Random

import pytest
from django.contrib.auth.models import AnonymousUser

from digests.models import Digest, Reference, Topic
from digests.pages.parts import newest
from digests.pages.references import queries
from digests.tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def digests() -> list[Digest]:
    """The newest first, come in in no order."""
    digests = builders.digests(50)
    order = list(range(50))
    Random(1).shuffle(order)  # noqa: S311 - nothing secret here
    for at in order:
        builders.topic(digests[at], f"{at} A")
        builders.topic(digests[at], f"{at} B")
    return digests


def cite_in(paper: Reference, topics: Sequence[Topic]) -> None:
    for topic in topics:
        builders.citation(topic, paper)
    Reference.objects.filter(pk=paper.pk).update(topic_count=len(topics))
    paper.refresh_from_db()


def first_page(paper: Reference, latest: int = 100) -> list[str]:
    reader = AnonymousUser()
    times = [*queries.newest_citing.latest(reader, paper).values()][:latest]
    shown = slice(0, min(20, paper.topic_count))
    page = queries.newest_citing.page(reader, paper, paper.topic_count, shown, times)
    return [topic.title for topic in page]


def test_the_first_page_of_a_long_list_begins_as_a_short_one(
    digests: list[Digest], monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = builders.reference()
    cite_in(paper, list(Topic.objects.filter(title__endswith="A")))
    expected = [f"{at} A" for at in range(20)]
    assert first_page(paper) == expected
    monkeypatch.setattr(newest, "_SORTED", 0)
    assert first_page(paper) == expected
    # These came in last, and are no newer than others.
    assert first_page(paper, latest=20) == expected


def test_it_is_whole_where_few_of_the_newest_digests_have_such_topics(
    digests: list[Digest], monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = builders.reference()
    old = [f"{at} {letter}" for at in range(35, 50) for letter in "AB"]
    cite_in(paper, list(Topic.objects.filter(title__in=old)))
    monkeypatch.setattr(newest, "_SORTED", 0)
    assert first_page(paper) == old[:20]
    monkeypatch.setattr(newest, "_SORTED_IF_RARE", 0)
    assert first_page(paper) == old[:20]


def test_a_list_shorter_than_a_page_is_shown_whole(digests: list[Digest]) -> None:
    paper = builders.reference()
    cite_in(paper, list(Topic.objects.filter(title__in=["3 B", "4 A"])))
    assert first_page(paper) == ["3 B", "4 A"]
