"""References that older rules of identity parted are joined, and nothing of either is lost."""

from io import StringIO
from itertools import permutations
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from digests.changes import editing, joining
from digests.deriving import recount
from digests.models import Citation, Conflict, Reference, ReferenceAlias, Revision, Topic
from digests.tests.files import import_path, import_text
from digests.tests.forms import fields_of
from digests.vocabulary import TopicStatus

pytestmark = pytest.mark.django_db

PAIRS = [
    ("https://x.com/a/status/12345", "https://twitter.com/a/status/12345"),
    ("https://youtu.be/dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://openreview.net/forum?id=abcDEF1234", "https://openreview.net/pdf?id=abcDEF1234"),
]


def _rebuild() -> str:
    out = StringIO()
    call_command("rebuild", stdout=out)
    return out.getvalue()


def _part(url: str, citations: list[Citation]) -> Reference:
    """Give citations a reference of an old key, as an earlier version made it."""
    old = Reference.objects.create(key=f"url:{url}", url=url, cited_title="Old")
    Citation.objects.filter(pk__in=[each.pk for each in citations]).update(reference=old)
    return old


def _parted(tmp_path: Path, first: str, second: str) -> tuple[Reference, Reference]:
    text = f"## 1. 甲\n见 [Alpha works]({first})。\n\n## 2. 乙\n见 [Alpha works]({second})。\n"
    import_text(tmp_path, text)
    one = Reference.objects.get()
    Reference.objects.filter(pk=one.pk).update(key=f"url:{first}", url=first)
    cites = list(Citation.objects.order_by("topic__position"))
    return one, _part(second, cites[1:])


@pytest.mark.parametrize(("first", "second"), [*PAIRS, *[(b, a) for a, b in PAIRS]])
def test_two_addresses_of_one_work_become_one_reference(
    tmp_path: Path, client: Client, first: str, second: str
) -> None:
    one, other = _parted(tmp_path, first, second)
    old = one.key, other.key
    assert joining.update_keys() == 1
    assert recount() == 0
    one.refresh_from_db()
    assert set(Citation.objects.values_list("reference", flat=True)) == {one.pk}
    assert one.topic_count == 2
    for suffix in ("/", ".json", ".md", ".bib", ".atom"):
        answer = client.get(f"/references/{other.pk}{suffix}")
        assert (answer.status_code, f"/{one.pk}" in answer["Location"]) == (301, True)
    assert Revision.objects.filter(reference=one, values__has_key="joined").exists()
    assert Revision.objects.filter(reference=other, values__has_key="joined").exists()
    keys = {*ReferenceAlias.objects.values_list("key", flat=True)}
    keys |= {*Reference.objects.values_list("key", flat=True)}
    assert keys >= {*old, one.key}
    assert joining.update_keys() == 0
    assert "joined" not in _rebuild()


def test_the_desk_lists_the_one_that_stays_and_keeps_the_history_of_the_other(
    tmp_path: Path, admin_client: Client
) -> None:
    one, other = _parted(tmp_path, *PAIRS[0])
    out = StringIO()
    call_command("rebuild", "--stale", stdout=out)
    assert "合并了 1 条引用" in out.getvalue()
    listed = admin_client.get("/admin/digests/reference/").content.decode()
    assert f"/admin/digests/reference/{one.pk}/change/" in listed
    assert f"/admin/digests/reference/{other.pk}/change/" not in listed
    history = admin_client.get(f"/admin/digests/reference/{other.pk}/history/")
    assert history.status_code == 200


def test_the_title_of_the_only_editor_stays(tmp_path: Path) -> None:
    one, other = _parted(tmp_path, *PAIRS[0])
    Reference.objects.filter(pk=other.pk).update(editor_title="Theirs")
    _rebuild()
    one.refresh_from_db()
    assert one.editor_title == "Theirs"
    assert not Conflict.objects.exists()


@pytest.mark.parametrize(("how", "title"), [("mine", "Ours"), ("theirs", "Theirs")])
def test_the_titles_of_two_editors_are_a_conflict(
    tmp_path: Path, editor: Client, how: str, title: str
) -> None:
    one, other = _parted(tmp_path, *PAIRS[0])
    Reference.objects.filter(pk=one.pk).update(editor_title="Ours")
    Reference.objects.filter(pk=other.pk).update(editor_title="Theirs")
    _rebuild()
    conflict = Conflict.objects.get()
    address = reverse("admin:digests_conflict_change", args=[conflict.pk])
    assert editor.get(reverse("admin:digests_conflict_changelist")).status_code == 200
    form = fields_of(editor.get(address).content.decode())
    assert editor.post(address, {**form, "how": how}).status_code == 302
    one.refresh_from_db()
    assert one.editor_title == title
    for row in (one, other):
        for revision in row.revisions.all():
            version = f"/admin/digests/reference/{row.pk}/history/{revision.pk}/"
            assert editor.get(version).status_code == 200
            assert editor.post(version).status_code == 302


def test_an_editor_who_writes_the_other_title_has_settled_the_conflict(tmp_path: Path) -> None:
    one, other = _parted(tmp_path, *PAIRS[0])
    Reference.objects.filter(pk=one.pk).update(editor_title="Ours")
    Reference.objects.filter(pk=other.pk).update(editor_title="Theirs")
    _rebuild()
    one.refresh_from_db()
    editing.save_reference(one, by=None, editor_title="Another")
    assert Conflict.objects.open().exists()
    editing.save_reference(one, by=None, editor_title="Theirs")
    assert not Conflict.objects.open().exists()


def test_a_key_that_no_other_has_is_renamed_in_place(tmp_path: Path) -> None:
    import_text(tmp_path, f"## 1. 甲\n见 [Alpha works]({PAIRS[0][0]})。\n")
    one = Reference.objects.get()
    Reference.objects.update(key="url:https://x.com/old")
    _rebuild()
    assert Reference.objects.get().key == one.key
    assert ReferenceAlias.objects.get().key == "url:https://x.com/old"
    assert Topic.objects.count() == 1


DOI = "10.1145/3477132.3483540"
THREE = [f"https://doi.org/{DOI}", f"https://dl.acm.org/doi/{DOI}", f"https://dx.doi.org/{DOI}"]


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_three_become_one_in_any_order_with_each_title_kept(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    urls = [THREE[place] for place in order]
    text = "".join(f"## {n}. 题\n见 [Beta works]({url})。\n\n" for n, url in enumerate(urls, 1))
    import_text(tmp_path, text)
    one = Reference.objects.get()
    Reference.objects.update(key=f"url:{urls[0]}", url=urls[0], editor_title="First")
    for citation in Citation.objects.order_by("topic__position")[1:]:
        other = _part(citation.url, [citation])
        Reference.objects.filter(pk=other.pk).update(editor_title=citation.url)
    _rebuild()
    assert set(Citation.objects.values_list("reference", flat=True)) == {one.pk}
    one.refresh_from_db()
    assert (one.key, one.editor_title, one.topic_count) == (f"doi:{DOI}", "First", 3)
    assert set(Conflict.objects.open().values_list("theirs", flat=True)) == {*urls[1:]}
    assert set(Reference.objects.exclude(pk=one.pk).values_list("joined_into", flat=True)) == {
        one.pk
    }
    assert _rebuild().count("references joined") == 0


def test_a_file_imported_between_the_upgrade_and_the_rebuild_ends_with_the_same_references(
    tmp_path: Path,
) -> None:
    url = THREE[1]
    import_text(tmp_path, f"## 1. 甲\n见 [Beta works]({url})。\n", name="a.md")
    old = Reference.objects.get()
    Reference.objects.update(key=f"url:{url}")
    import_text(tmp_path, f"## 1. 乙\n见 [Beta works]({THREE[0]})。\n", name="b.md")
    assert Reference.objects.count() == 2
    _rebuild()
    import_text(tmp_path, f"## 1. 丙\n见 [Beta works]({THREE[2]})。\n", name="c.md")
    assert Reference.objects.filter(joined_into=None).get() == old
    assert set(Citation.objects.values_list("reference", flat=True)) == {old.pk}


def test_citations_of_archived_topics_and_preambles_move_too(tmp_path: Path) -> None:
    first, second = THREE[:2]
    import_text(
        tmp_path, f"[Beta works]({second})\n\n## 1. 甲\n见 [Beta]({first})、[Beta]({second})。\n"
    )
    one = Reference.objects.get()
    Reference.objects.update(key=f"url:{first}", url=first)
    _part(second, list(Citation.objects.filter(url=second)))
    Topic.objects.update(status=TopicStatus.ARCHIVED)
    _rebuild()
    assert set(Citation.objects.values_list("reference", flat=True)) == {one.pk}


def test_a_former_key_leads_an_import_to_the_reference(tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. 甲\n见 [Beta](https://example.org/b)。\n", name="a.md")
    row = Reference.objects.get()
    ReferenceAlias.objects.create(key=f"doi:{DOI}", reference=row)
    import_text(tmp_path, f"## 1. 乙\n见 [Beta]({THREE[0]})。\n", name="b.md")
    assert Reference.objects.get().topic_count == 2


def test_an_address_that_still_has_the_old_key_keeps_the_reference_as_it_is(
    tmp_path: Path,
) -> None:
    import_text(tmp_path, "## 1. 甲\n见 [Beta](https://example.org/b)。\n")
    Reference.objects.update(url=THREE[0])
    assert joining.update_keys() == 0
    assert Reference.objects.get().key == "url:https://example.org/b"


def test_what_is_imported_today_has_the_keys_of_today() -> None:
    import_path(Path(settings.BASE_DIR) / "seeds")
    before = list(Reference.objects.order_by("pk").values_list("key", flat=True))
    assert (joining.update_keys(), len(before) > 10) == (0, True)
    assert list(Reference.objects.order_by("pk").values_list("key", flat=True)) == before
    assert not ReferenceAlias.objects.exists()


def test_bare_names_that_look_alike_are_joined() -> None:
    first = Reference.objects.create(key="name:⾦-model", editor_title="First")
    second = Reference.objects.create(key="name:金-model")
    assert joining.update_keys() == 1
    assert Reference.objects.get(joined_into=None) == first
    assert Reference.objects.get(key="name:金-model") == first
    assert Reference.objects.get(key="name:⾦-model").joined_into == first
    second.refresh_from_db()
    assert second.joined_into == first


def test_a_reference_that_was_joined_is_joined_again_with_all_its_addresses(
    client: Client,
) -> None:
    rows = [Reference.objects.create(key=f"name:甲{n}") for n in range(3)]
    ReferenceAlias.objects.create(key="name:乙", reference=rows[2])
    Reference.objects.filter(pk=rows[2].pk).update(joined_into=rows[1])
    Reference.objects.filter(pk=rows[1].pk).update(url=THREE[0])
    Reference.objects.filter(pk=rows[0].pk).update(url=THREE[1])
    assert joining.update_keys() == 1
    for row in rows[1:]:
        answer = client.get(row.get_absolute_url())
        assert (answer.status_code, f"/{rows[0].pk}/" in answer["Location"]) == (301, True)
    assert ReferenceAlias.objects.filter(reference=rows[0]).exists()


def test_what_a_stopped_rebuild_left_the_next_one_joins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "".join(f"## {n}. 题\n见 [Beta works]({url})。\n\n" for n, url in enumerate(THREE, 1))
    import_text(tmp_path, text)
    one = Reference.objects.get()
    Reference.objects.update(key=f"url:{THREE[0]}", url=THREE[0])
    for citation in Citation.objects.order_by("topic__position")[1:]:
        _part(citation.url, [citation])
    monkeypatch.setattr(joining, "_BATCH", 1)
    join, joined = joining._join, []

    def stop(stays: Reference, goes: Reference, *, key: str) -> None:
        join(stays, goes, key=key)
        joined.append(goes)
        if len(joined) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(joining, "_join", stop)
        with pytest.raises(CommandError):
            _rebuild()
    assert Reference.objects.exclude(joined_into=None).count() == 1
    assert Citation.objects.filter(reference=one).count() == 2
    _rebuild()
    assert Reference.objects.exclude(joined_into=None).count() == 2
    assert set(Citation.objects.values_list("reference", flat=True)) == {one.pk}
