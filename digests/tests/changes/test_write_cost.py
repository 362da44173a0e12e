"""A write costs what it writes: the same where ten topics cite its reference and bear its tag, and
where a thousand do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction

from digests.changes import editing
from digests.models import Digest, Reference, Topic
from digests.tests.files import edit_topic, import_text

pytestmark = pytest.mark.django_db

URL = "https://example.org/cited"
FEW, MANY = 10, 1000
# Indexes are a level deeper with more rows.
ROOM = 1.25

OWN = f"---\ntags: [标签]\n---\n\n## 自己的话题\n\n标签，见 [名 0]({URL})。\n"

TOUCHED_BY_SERVER = """
SELECT sum(seq_tup_read + idx_tup_fetch + n_tup_ins + n_tup_upd + n_tup_del)::bigint
FROM pg_stat_xact_user_tables
"""


class Touched:
    """Rows that PostgreSQL has read and written; on SQLite, instructions of its machine, of which a
    row takes some."""

    number = 0


@contextmanager
def counting_rows() -> Iterator[Touched]:
    touched = Touched()
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # A table of a thousand rows is read as a whole, since it is so small.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("ANALYZE")
            cursor.execute(TOUCHED_BY_SERVER)
            before = cursor.fetchone()[0]
            yield touched
            cursor.execute(TOUCHED_BY_SERVER)
            touched.number = cursor.fetchone()[0] - before
        return

    def count() -> None:
        touched.number += 1

    connection.connection.set_progress_handler(count, 1)
    try:
        yield touched
    finally:
        connection.connection.set_progress_handler(None, 0)


def _import_one_more(tmp_path: Path, own: Topic) -> None:
    import_text(tmp_path, f"## 新的\n\n[名 3]({URL})，[新名]({URL})\n", name="2025-01-01.md")


def _edit(tmp_path: Path, own: Topic) -> None:
    edit_topic(own, body=f"标签，见 [名 7]({URL})，[别名]({URL})。\n", tags=["标签"])


def _cite_no_more(tmp_path: Path, own: Topic) -> None:
    edit_topic(own, body="标签，什么也不引用。\n", tags=["标签"])


def _take_the_tag_off(tmp_path: Path, own: Topic) -> None:
    edit_topic(own, tags=[])


def _delete_the_topic(tmp_path: Path, own: Topic) -> None:
    editing.delete_topics(Topic.objects.filter(pk=own.pk), by=None)


def _delete_the_digest(tmp_path: Path, own: Topic) -> None:
    editing.delete_digests(Digest.objects.filter(slug="2024-07-01"))


def _import_a_change(tmp_path: Path, own: Topic) -> None:
    import_text(tmp_path, OWN.replace("见", "参见"), name="2024-07-01.md")


def _rename_the_reference(tmp_path: Path, own: Topic) -> None:
    editing.save_reference(Reference.objects.get(), by=None, editor_title="编辑的名")


WRITES: list[Callable[[Path, Topic], None]] = [
    _import_one_more,
    _import_a_change,
    _edit,
    _cite_no_more,
    _take_the_tag_off,
    _delete_the_topic,
    _delete_the_digest,
    _rename_the_reference,
]


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.__name__.strip("_"))
def test_a_write_touches_as_many_rows_for_a_thousand_citing_topics_as_for_ten(
    write: Callable[[Path, Topic], None], tmp_path: Path
) -> None:
    import_text(tmp_path, OWN, name="2024-07-01.md")
    own = Topic.objects.get()
    numbers = []
    for start, end in ((0, FEW), (FEW, MANY)):
        topics = (f"## 话题 {n}\n\n标签，见 [名 {n % 9}]({URL})。\n\n" for n in range(start, end))
        import_text(tmp_path, f"---\ntags: [标签]\n---\n\n{''.join(topics)}", name=f"2023-{end}.md")
        with transaction.atomic():
            with counting_rows() as touched:
                write(tmp_path, own)
            transaction.set_rollback(True)
        numbers.append(touched.number)
    assert 0 < numbers[1] <= ROOM * numbers[0]
