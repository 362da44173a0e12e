"""The index follows its rows, whatever changes them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from digests.changes import editing
from digests.models import Digest, Reference, Revision, SearchDocument, SearchWord, Tag, Topic
from digests.search import engines, index
from digests.search.engines import Collection, Order
from digests.search.index.documents import analyze
from digests.search.language.parser import parse
from digests.search.results import search
from digests.search.results.find import topic_request
from digests.tests.files import SEED, SMALL, edit_digest, edit_topic, import_path, import_text

pytestmark = pytest.mark.django_db


def found(text: str) -> list[str]:
    """The titles of all topics that a query finds, the newest first."""
    request = topic_request(parse(text))
    found = engines.current().search(request, Order.NEWEST, offset=0, limit=1000)
    documents = SearchDocument.objects.filter(collection=Collection.TOPICS)
    titles = dict(documents.values_list("place", "title"))
    return [titles[document_id] for document_id in found]


def names(text: str) -> list[str]:
    documents = SearchDocument.objects.filter(collection=Collection.NAMES, title__contains=text)
    return sorted(documents.values_list("title", flat=True))


def everything() -> list[Any]:
    """All contents of the search tables except for ids."""
    values = ("kind", "object_id", "place", "title", "texts", "analyzer_version")
    words = SearchWord.objects.order_by("word").values_list("word", "pinyin", "topic_count")
    held = [
        list(SearchDocument.objects.order_by("kind", "object_id").values_list(*values)),
        list(words),
    ]
    with connection.cursor() as cursor:
        for collection in Collection:
            held += _rows_of_engine(cursor, f"search_{collection}")
    return held


def _rows_of_engine(cursor: Any, table: str) -> Iterator[list[Any]]:
    """All tokens of all documents with their places, and the values of facets."""
    tables = [table]
    if connection.vendor == "sqlite":
        tables = ["temp.every_token", f"{table}_facets"]
        cursor.execute(
            f"CREATE VIRTUAL TABLE temp.every_token USING fts5vocab('main', '{table}', 'instance')"
        )
    for name in tables:
        cursor.execute(f"SELECT * FROM {name}")  # noqa: S608
        yield sorted(cursor.fetchall())
    if connection.vendor == "sqlite":
        cursor.execute("DROP TABLE temp.every_token")


def only(title: str) -> Topic:
    return Topic.objects.get(title__contains=title)


def test_what_an_import_brings_is_found(tmp_path: Path) -> None:
    import_text(tmp_path)
    assert found("混合检索") == ["在 RAG 中检索"]
    assert found("toolformer") == ["在 RAG 中检索"]
    assert found("检索 -混合") == []
    assert found("digest:2024-07-11") == ["在 RAG 中检索", "其他"]


def test_what_a_changed_file_no_longer_says_is_not_found(tmp_path: Path) -> None:
    import_text(tmp_path)
    import_text(tmp_path, SMALL.replace("用混合检索", "用向量数据库"))
    assert found("混合检索") == []
    assert found("向量数据库") == ["在 RAG 中检索"]


def test_a_dry_run_leaves_nothing_to_find(tmp_path: Path) -> None:
    import_text(tmp_path, dry_run=True)
    assert found("检索") == []
    assert SearchDocument.objects.count() == SearchWord.objects.count() == 0


def test_what_is_rolled_back_is_not_found(tmp_path: Path) -> None:
    import_text(tmp_path)
    with transaction.atomic():
        edit_topic(only("其他"), body="* **结论**: 推测解码\n")
        assert found("推测解码") == ["其他"]
        transaction.set_rollback(True)
    assert found("推测解码") == []
    assert found("先看数据") == ["其他"]


def test_an_edit_is_found_at_once(tmp_path: Path) -> None:
    import_text(tmp_path)
    edit_topic(only("其他"), title="杂谈", body="* **结论**: 推测解码\n", tags=["加速"])
    assert found("推测解码") == found("杂谈") == found("tag:加速") == found("is:edited") == ["杂谈"]
    assert found("先看数据") == []


def test_a_deleted_topic_is_found_again_once_it_is_restored(tmp_path: Path) -> None:
    import_text(tmp_path)
    topic = only("其他")
    edit_topic(topic, body="* **结论**: 推测解码\n")
    editing.delete_topics(Topic.objects.filter(pk=topic.pk), by=None)
    assert found("推测解码") == []
    editing.restore(Revision.objects.filter(topic=topic)[0], by=None)
    assert found("推测解码") == ["其他"]


def test_an_archived_topic_is_not_found(tmp_path: Path) -> None:
    import_text(tmp_path)
    import_text(tmp_path, SMALL[: SMALL.index("## 2")])
    assert found("先看数据") == []


def test_a_deleted_digest_leaves_nothing_to_find(tmp_path: Path) -> None:
    import_text(tmp_path)
    editing.delete_digests(Digest.objects.all())
    assert SearchDocument.objects.count() == SearchWord.objects.count() == 0
    assert found("检索") == []


def test_a_renamed_tag_is_found_by_its_new_name_alone(tmp_path: Path) -> None:
    import_text(tmp_path)
    tag = Tag.objects.get(name="RAG")
    tag.name = "检索增强"
    editing.save_tag(tag)
    assert found("tag:检索增强") == found("检索增强") == ["在 RAG 中检索"]
    assert names("检索增强") == ["检索增强"]
    assert names("RAG") == []


def test_a_deleted_tag_is_found_no_more(tmp_path: Path) -> None:
    import_text(tmp_path)
    editing.delete_tags(Tag.objects.filter(name="RAG"), by=None)
    assert found("tag:rag") == []
    assert names("RAG") == []


def test_a_reference_that_gets_a_title_is_found_by_it(tmp_path: Path) -> None:
    import_text(tmp_path)
    reference = Reference.objects.get(key__contains="arxiv")
    editing.save_reference(reference, by=None, editor_title="工具")
    assert [hit.name for hit in search("工具").names] == ["工具"]
    assert [hit.name for hit in search("toolformer").names] == ["工具"]
    # The topic that cites it calls it by another name.
    assert found("工具") == []
    assert found("toolformer") == found("ref:arxiv:2302.04761") == ["在 RAG 中检索"]


def test_a_reference_is_known_by_a_new_title_as_cited_behind_that_of_an_editor(
    tmp_path: Path,
) -> None:
    import_text(tmp_path, "## 甲\n见 <https://arxiv.org/abs/2303.11366>\n")
    editing.save_reference(Reference.objects.get(), by=None, editor_title="反思")
    topic = only("甲")
    edit_topic(
        topic, body=topic.body + "* **论文**: [Reflexion](https://arxiv.org/abs/2303.11366)\n"
    )
    document = SearchDocument.objects.get(kind="reference")
    assert document.title == "反思"
    assert "Reflexion" in document.texts["body"]


def test_a_reference_that_nothing_cites_any_more_is_not_found(tmp_path: Path) -> None:
    import_text(tmp_path)
    assert names("Toolformer") == ["Toolformer"]
    edit_topic(only("RAG"), body="* **结论**: 无\n")
    assert names("Toolformer") == []


def test_a_topic_is_found_by_what_it_calls_a_reference_itself(tmp_path: Path) -> None:
    bare = "## 1. 甲\n* 相关引用:\n  * https://arxiv.org/abs/2302.04761\n"
    import_text(tmp_path, bare, name="2024-07-01.md")
    import_text(tmp_path)
    assert found("toolformer") == ["在 RAG 中检索"]
    assert [hit.name for hit in search("toolformer").names] == ["Toolformer"]
    assert found("https://arxiv.org/pdf/2302.04761v2") == ["在 RAG 中检索", "甲"]


def test_a_topic_is_found_by_the_kind_that_it_gives_a_reference_itself(tmp_path: Path) -> None:
    text = "## 1. 甲\n* 相关引用:\n  * **博客**: [Toolformer](https://arxiv.org/abs/2302.04761)\n"
    import_text(tmp_path, text, name="2024-07-01.md")
    for day in (2, 3):
        import_text(tmp_path, text.replace("博客", "论文"), name=f"2024-07-0{day}.md")
    assert Reference.objects.get().kind == "paper"
    assert (len(found("kind:博客")), len(found("kind:论文"))) == (1, 2)
    before = everything()
    call_command("rebuild")
    assert everything() == before


def test_a_digest_that_moves_to_another_day_is_found_there(tmp_path: Path) -> None:
    import_text(tmp_path)
    digest = Digest.objects.get()
    edit_digest(digest, published_at=digest.published_at.replace(year=2021))
    assert found("after:2023") == []
    assert found("before:2022 先看") == ["其他"]


def edit_everything() -> None:
    first, second = Topic.objects.order_by("pk")[:2]
    edit_topic(first, title="改过的 title", body="* **结论**: 新的结论，见 https://a.b/c\n")
    edit_topic(second, tags=["新标签", "RAG"])
    editing.move_topic(second, by=None, place=5)
    for topic in Topic.objects.order_by("-pk")[:2]:
        editing.delete_topics(Topic.objects.filter(pk=topic.pk), by=None)
    editing.restore(Revision.objects.filter(topic=topic)[0], by=None)
    tag = Tag.objects.get(name="RAG")
    tag.name = "检索增强"
    editing.save_tag(tag)
    editing.delete_tags(Tag.objects.filter(name="MCTS"), by=None)
    editing.save_reference(Reference.objects.order_by("pk")[0], by=None, editor_title="编辑的题")
    edit_digest(Digest.objects.order_by("pk")[0], title="新题", preamble="新的开篇\n\n")
    editing.delete_digests(Digest.objects.filter(slug="2024-07-12"))


def test_after_any_edits_the_index_is_what_a_rebuild_makes_of_it(tmp_path: Path) -> None:
    import_path(SEED)
    import_text(tmp_path)
    import_text(tmp_path, SMALL.replace("混合", "稀疏"), name="2024-07-12.md")
    edit_everything()
    import_text(tmp_path, SMALL.replace("召回率低", "召回率高"))
    before = everything()
    call_command("rebuild")
    assert everything() == before


def _lose_a_document() -> None:
    SearchDocument.objects.filter(kind="topic").first().delete()  # type: ignore[union-attr]


def _lose_a_row_of_the_engine() -> None:
    document = SearchDocument.objects.filter(kind="topic")[0]
    engines.current().delete(Collection.TOPICS, [analyze(document).entry])


def _lose_the_tables() -> None:
    engines.current().drop()


def _forget_to_index_an_edit() -> None:
    Topic.objects.filter(title="其他").update(title="悄悄改过")


def _forget_to_drop_a_topic() -> None:
    Topic.objects.filter(title="其他").delete()


def _count_a_word_wrong() -> None:
    SearchWord.objects.update(topic_count=99)


@pytest.mark.parametrize(
    "damage",
    [
        _lose_a_document,
        _lose_a_row_of_the_engine,
        _lose_the_tables,
        _forget_to_index_an_edit,
        _forget_to_drop_a_topic,
        _count_a_word_wrong,
    ],
)
def test_a_rebuild_mends_the_index(tmp_path: Path, damage: Callable[[], None]) -> None:
    import_text(tmp_path)
    damage()
    call_command("rebuild")
    mended = everything()
    engines.current().create()
    SearchDocument.objects.all().delete()
    SearchWord.objects.all().delete()
    call_command("rebuild")
    assert everything() == mended
    assert len(found("digest:2024-07-11")) == Topic.objects.count()


def test_a_second_rebuild_has_nothing_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import_text(tmp_path)
    SearchDocument.objects.all().delete()
    call_command("rebuild")
    call_command("rebuild")
    mended, again = capsys.readouterr().out.splitlines()
    assert mended != again
    assert again == "1 篇文摘，0 行过期"


def test_an_upgrade_fills_the_index_of_what_was_imported_before(tmp_path: Path) -> None:
    import_text(tmp_path)
    import_text(tmp_path, SMALL[: SMALL.index("## 1")], name="2024-07-12.md")  # without a topic
    before = everything()
    SearchDocument.objects.all().delete()
    SearchWord.objects.all().delete()
    engines.current().create()
    call_command("rebuild", stale=True)
    assert everything() == before


def test_an_edit_before_the_rebuild_of_an_upgrade_is_found_without_a_trace_of_old_tokens(
    tmp_path: Path,
) -> None:
    import_text(tmp_path)
    SearchDocument.objects.update(analyzer_version=0)
    edit_topic(only("其他"), body="* **结论**: 推测解码\n")
    assert found("推测解码") == ["其他"]
    assert found("先看数据") == []
    call_command("rebuild", stale=True)
    after = everything()
    engines.current().create()
    call_command("rebuild")
    assert everything() == after
    assert len(found("digest:2024-07-11")) == 2


def test_after_an_upgrade_names_get_the_keys_of_this_version(tmp_path: Path) -> None:
    entry = "* 相关引用:\n  * **论文**: Adam–mini\n"
    import_text(tmp_path, f"## 1. 甲\n{entry}\n## 2. 乙\n{entry}")
    Reference.objects.update(key="name:adam–mini")  # as an older version folded it
    SearchDocument.objects.update(analyzer_version=0)
    assert len(found("甲")) == 1
    call_command("rebuild", stale=True)
    cited = Reference.objects.filter(topic_count=2).values_list("key", flat=True)
    assert [*cited] == ["name:adam-mini"]
    assert len(found('ref:"name:Adam−mini"')) == 2


@pytest.mark.parametrize("damage", ["create", "drop"])
def test_a_rebuild_of_what_is_stale_fills_tables_that_were_lost(
    tmp_path: Path, damage: str
) -> None:
    import_text(tmp_path)
    before = everything()
    getattr(engines.current(), damage)()
    call_command("rebuild", stale=True)
    assert everything() == before


def test_what_has_not_changed_is_not_written_again(tmp_path: Path) -> None:
    import_text(tmp_path)
    with CaptureQueriesContext(connection) as queries:
        changed = index.refresh(digests=[Digest.objects.get().pk])
    assert changed == 0
    assert not [q for q in queries.captured_queries if not q["sql"].startswith("SELECT")]


def test_what_only_the_head_of_a_digest_names_is_found(tmp_path: Path) -> None:
    import_text(tmp_path)
    assert names("MCTS") == ["MCTS"]
    assert names("example.org") == ["example.org/blog"]
    edit_digest(Digest.objects.get(), tags=["RAG"], preamble="无\n\n")
    assert names("MCTS") == names("example.org") == []


def test_a_renamed_digest_is_found_by_its_old_name_too(tmp_path: Path) -> None:
    import_text(tmp_path, name="latest.md")
    (tmp_path / "latest.md").unlink()
    import_text(tmp_path)
    assert found("digest:latest") == found("digest:2024-07-11") != []
