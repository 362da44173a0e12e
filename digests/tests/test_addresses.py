"""Addresses of rows are those that Django's `reverse` gives."""

from collections.abc import Iterator

import pytest
from django.urls import get_script_prefix, reverse, set_script_prefix
from hypothesis import example, given
from hypothesis import strategies as st

from digests.models import Digest, Reference, Tag, Topic

TITLES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@pytest.fixture(params=["/", "/0/", "/kb/"], scope="module", autouse=True)
def script_prefix(request: pytest.FixtureRequest) -> Iterator[str]:
    """The path under which the site is mounted."""
    before = get_script_prefix()
    set_script_prefix(request.param)
    yield request.param
    set_script_prefix(before)


@given(st.integers(0, 2**40), TITLES)
@example(0, "C++ 100% 检索增强 & more")
def test_addresses_of_rows_are_those_of_their_routes(pk: int, title: str) -> None:
    topic, reference = Topic(pk=pk, title=title), Reference(pk=pk, cited_title=title, key="url:x")
    assert topic.get_absolute_url() == reverse("digests:topic", args=[pk, topic.slug])
    assert reference.get_absolute_url() == reverse("digests:reference", args=[pk, reference.slug])


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0/"), min_size=1))
@example("%2e%2f+~:@!$&'()*,;=|")
def test_addresses_quote_each_slug_as_reverse_does(slug: str) -> None:
    assert Digest(slug=slug).get_absolute_url() == reverse("digests:digest", args=[slug])
    assert Tag(slug=slug).get_absolute_url() == reverse("digests:tag", args=[slug])


def test_addresses_begin_with_the_path_under_which_the_site_is(script_prefix: str) -> None:
    assert Tag(slug="rag").get_absolute_url() == f"{script_prefix}tags/rag/"
