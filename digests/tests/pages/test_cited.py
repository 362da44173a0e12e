import pytest
from django.contrib.auth.models import AnonymousUser

from digests.models import Citation, Topic
from digests.pages.parts.cited import Cited, cited_in_topics
from digests.tests import builders

pytestmark = pytest.mark.django_db


def cited_in(topic: Topic) -> Cited:
    return cited_in_topics(AnonymousUser(), [topic.pk])[topic.pk]


def works(*kinds: str | set[str]) -> list[list[str]]:
    """The kinds of the entries of each work of a list.

    ``kinds``: those of the list's entries; a set is an entry with several links.
    """
    topic = builders.topic(builders.digest())
    for item, entry in enumerate(kinds):
        for kind in sorted({entry} if isinstance(entry, str) else entry):
            reference = builders.reference(f"name:{topic.citations.count()}", kind=kind)
            builders.citation(topic, reference, item=item, kind=kind)
    (group,) = cited_in(topic).groups
    return [[item.first.kind for item in work.items] for work in group.works]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["paper", "code", "dataset"], [["paper", "code", "dataset"]]),
        (["code", "demo", "dataset", "model"], [["code", "demo", "dataset", "model"]]),
        (["paper", "code", "paper", "code"], [["paper", "code"], ["paper", "code"]]),
        (["paper", "blog", "code"], [["paper"], ["blog"], ["code"]]),
        (["blog", "article", "video"], [["blog"], ["article"], ["video"]]),
        (["other", "other"], [["other"], ["other"]]),
        ([{"paper", "code"}, "code"], [["code"], ["code"]]),
        ([{"paper", "code"}, "model"], [["code", "model"]]),
        ([{"paper", "blog"}, "code"], [["blog"], ["code"]]),
    ],
)
def test_what_stands_together_is_one_work_until_a_kind_comes_again(
    kinds: list[str | set[str]], expected: list[list[str]]
) -> None:
    assert works(*kinds) == expected


def test_a_work_ends_with_its_list() -> None:
    topic = builders.topic(builders.digest())
    paper, code = builders.reference(), builders.reference("github:a/b")
    builders.citation(topic, paper, group="相关引用", kind="paper")
    builders.citation(topic, code, group="参考资料", kind="code")
    groups = cited_in(topic).groups
    assert [len(work.items) for group in groups for work in group.works] == [1, 1]


def test_an_entry_is_its_label_and_the_rest_as_written() -> None:
    topic = builders.topic(builders.digest())
    builders.citation(topic, builders.reference(), label="Q&A", html="")
    Citation.objects.update(html="<em>必读</em>")
    (group,) = cited_in(topic).groups
    (item,) = group.works[0].items
    assert (item.first.label, item.first.rendered_text) == ("Q&A", "<em>必读</em>")


def test_its_parts_are_all_of_it_in_lists_of_the_same_names() -> None:
    topic = builders.topic(builders.digest())
    for item in range(7):
        reference = builders.reference(f"name:{item}")
        builders.citation(topic, reference, group="引用" if item < 4 else "资料", item=item)
    for item in range(7, 10):
        builders.citation(topic, builders.reference(f"name:{item}"), item=None)
    cited = cited_in(topic)
    parts = [cited[begin : begin + 3] for begin in range(0, len(cited), 3)]
    assert [len(part) for part in parts] == [3, 3, 3, 1]
    names = [[group.name for group in part.groups] for part in parts]
    assert names == [["引用"], ["引用", "资料"], ["资料"], []]
    listed = [work for part in parts for group in part.groups for work in group.works]
    assert listed == [work for group in cited.groups for work in group.works]
    assert [link for part in parts for link in part.inline] == cited.inline
