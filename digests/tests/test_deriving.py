from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digests.changes import editing
from digests.changes.transaction import write_transaction
from digests.deriving import ReadDigest, counting, derive, recount
from digests.models import (
    Citation,
    Digest,
    Point,
    PointCount,
    Reference,
    Tag,
    TaggedTopic,
    Topic,
    Vote,
)
from digests.tests.files import SEED, SMALL, import_path, import_text, only_digest
from digests.vocabulary import ReferenceKind

pytestmark = pytest.mark.django_db


def _derive() -> int:
    digest = only_digest()
    with write_transaction(), counting([digest.pk]):
        return derive([ReadDigest.from_rows(digest)])


def _derived() -> list[object]:
    return [
        list(Topic.objects.order_by("pk").values("pk", "parts", "prose", "is_open")),
        list(
            Point.objects.order_by("topic", "position").values(
                "label", "kind", "ordinal", "text", "html", "plain"
            )
        ),
        list(
            Citation.objects.order_by("topic", "position").values(
                "title", "url", "html", "text", "sentences"
            )
        ),
        list(Reference.objects.order_by("pk").values()),
        list(Vote.objects.order_by("pk").values()),
        list(Tag.objects.order_by("pk").values()),
        list(TaggedTopic.objects.order_by("content_object", "tag").values("tag", "origin")),
    ]


def test_deriving_what_is_derived_changes_nothing(tmp_path: Path) -> None:
    import_text(tmp_path)
    assert _derive() == 0


def test_everything_derived_comes_back_from_the_markdown() -> None:
    import_path(SEED)
    before = _derived()
    Topic.objects.update(parts=[], renderer_version=0, is_open=True)
    Point.objects.all().delete()
    Citation.objects.all().delete()
    TaggedTopic.objects.all().delete()
    Reference.objects.update(cited_title="", kind="other", url="", host="", topic_count=0)
    Vote.objects.all().delete()
    Tag.objects.update(topic_count=99)
    PointCount.objects.update(count=99)
    call_command("rebuild")
    assert _derived() == before
    assert _derive() == recount() == 0


def test_a_stale_row_is_mended_and_its_neighbours_stay() -> None:
    import_path(SEED)
    pks = set(Point.objects.values_list("pk", flat=True))
    stale = Point.objects.filter(topic__position=0)[0]
    Point.objects.filter(pk=stale.pk).update(text="falsch")
    _derive()
    assert not Point.objects.filter(text="falsch").exists()
    kept = Point.objects.filter(pk__in=pks).exclude(topic=stale.topic_id).count()
    assert kept == Point.objects.exclude(topic=stale.topic_id).count()


def test_the_number_of_queries_does_not_grow_with_the_topics(tmp_path: Path) -> None:
    counts = []
    for topics in (10, 40):
        text = "".join(f"## {n}. 话题\n[x](https://example.org/{n})\n" for n in range(topics))
        import_text(tmp_path, text, name=f"{topics}.md")
        with (
            write_transaction(),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            derive([ReadDigest.from_rows(Digest.objects.get(slug=f"{topics}"))])
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 25


@pytest.mark.parametrize(
    ("labels", "is_open"),
    [
        ("问题", True),
        ("问题 讨论 挑战 背景 经验 改进 方向", True),
        ("Question", True),
        ("讨论", False),
        ("问题 结论", False),
        ("问题 方法", False),
        ("问题 观点", False),
        ("问题 结果", False),
        ("", False),
    ],
)
def test_a_question_is_open_until_a_point_answers_it(
    tmp_path: Path, labels: str, is_open: bool
) -> None:
    points = "".join(f"* **{label}**: 文字\n" for label in labels.split())
    import_text(tmp_path, f"## 一\n{points or '无'}\n")
    assert Topic.objects.get().is_open is is_open


def test_a_stale_open_question_is_mended_and_counted(tmp_path: Path) -> None:
    import_text(tmp_path)
    Topic.objects.update(is_open=True)
    assert _derive() == 2
    assert not Topic.objects.open().exists()


def test_after_an_upgrade_only_what_is_stale_is_rebuilt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import_text(tmp_path)
    call_command("rebuild", "--stale")
    Topic.objects.filter(position=1).update(renderer_version=0, parts=["old"])
    call_command("rebuild", "--stale")
    assert [line[0] for line in capsys.readouterr().out.splitlines()] == ["0", "1"]
    assert "old" not in Topic.objects.get(position=1).rendered()


def test_rebuild_mends_and_a_second_run_finds_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import_text(tmp_path)
    Point.objects.all().delete()
    call_command("rebuild")
    call_command("rebuild")
    first, second = capsys.readouterr().out.splitlines()
    assert "6" in first  # three points, and the counts of their kinds
    assert "0" in second
    assert Point.objects.count() == 3


def test_the_title_of_a_reference_is_the_one_that_most_citations_give(tmp_path: Path) -> None:
    url = "https://arxiv.org/abs/2302.04761"
    links = [f"<{url}>", f"[{url}]({url})", f"[链接]({url})", f"[A]({url})"]
    links += [f"[Toolformer]({url}v1)", f"[Toolformer]({url.replace('abs', 'pdf')})"]
    import_text(tmp_path, "\n\n".join(["## 一", *links]))
    reference = Reference.objects.get()
    assert (reference.title, reference.is_titled) == ("Toolformer", True)
    edited = Reference(editor_title="E", cited_title="C")
    assert edited.title == "E"


HOSTS = {"github:a/b": "github.com", "url:https://sub.example.org/a": "sub.example.org"}


def test_a_reference_knows_its_site_and_a_bare_name_has_none(tmp_path: Path) -> None:
    links = "https://www.github.com/a/b https://Sub.Example.org/a"
    import_text(tmp_path, f"## 一\n{links}\n* 参考:\n  * **论文**: Adam-mini\n")
    hosts = dict(Reference.objects.values_list("key", "host"))
    assert hosts == {**HOSTS, "name:adam-mini": ""}


def test_a_kind_that_says_nothing_does_not_outvote_one_that_does(tmp_path: Path) -> None:
    link = "[甲](https://example.org/a)"
    import_text(tmp_path, f"## 一\n{link} {link}\n* 参考:\n  * **博客**: {link}\n")
    assert Reference.objects.get().kind == ReferenceKind.BLOG


def test_labels_of_no_known_kind_are_counted(tmp_path: Path) -> None:
    import_text(tmp_path, "## 一\n* **背景**: 甲\n* **背景**: 乙\n* **原因**: 丙\n* **问题**: 丁\n")
    assert Point.objects.unknown_labels() == {"背景": 2, "原因": 1}


def test_a_reference_that_only_a_deleted_topic_cites_counts_no_topic(tmp_path: Path) -> None:
    import_text(tmp_path)
    deleted = Topic.objects.get(title="其他")
    editing.delete_topics(Topic.objects.filter(pk=deleted.pk), by=None)
    import_text(tmp_path, SMALL + "* **论文**: [Reflexion](https://arxiv.org/abs/2303.11366)\n")
    reference = Reference.objects.get(key="arxiv:2303.11366")
    assert (reference.cited_title, reference.topic_count) == ("Reflexion", 0)
    assert _derive() == 0
