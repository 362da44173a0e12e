"""Tables of an engine after documents were written and deleted, and the faults that they show."""

from collections import Counter

import pytest
from django.db import connection, transaction

from digests.search.engines import Collection
from digests.search.engines.base import Engine
from digests.tests.search.entries import EVERYTHING, entry, facets, found, index

pytestmark = pytest.mark.django_db


def test_collections_are_apart(engine: Engine) -> None:
    index(engine, entry(1, "rag"))
    engine.index(Collection.NAMES, [entry(2, "rag")])
    assert found(engine, "rag") == [1]
    assert engine.document_ids(Collection.NAMES) == [2]


def test_what_is_deleted_is_not_found(engine: Engine) -> None:
    gone = [entry(1, "rag", filters="slug=a"), entry(3, "rag")]
    index(engine, gone[0], entry(2, "rag"), gone[1])
    engine.delete(Collection.TOPICS, [*gone, entry(99, "rag")])
    engine.delete(Collection.TOPICS, [])
    assert found(engine, "rag") == [2]
    assert engine.document_ids(Collection.TOPICS) == [2]
    assert facets(engine, EVERYTHING)["slug"] == Counter()
    index(engine, entry(1, "dpo"))
    assert found(engine, "rag") == [2]
    assert found(engine, "dpo") == [1]


def test_what_is_rolled_back_leaves_nothing(engine: Engine) -> None:
    index(engine, entry(1, "rag"))
    with transaction.atomic():
        index(engine, entry(2, "rag"))
        engine.delete(Collection.TOPICS, [entry(1, "rag")])
        transaction.set_rollback(True)
    assert found(engine, "rag") == [1]
    assert engine.document_ids(Collection.TOPICS) == [1]
    assert engine.verify() == []


def test_a_deletion_of_other_tokens_than_were_indexed_is_reported(engine: Engine) -> None:
    index(engine, entry(1, "rag"), entry(2, "dpo"))
    engine.delete(Collection.TOPICS, [entry(1, "lora")])
    # PostgreSQL needs no tokens to delete.
    assert bool(engine.verify()) == (connection.vendor == "sqlite")
    assert engine.document_ids(Collection.TOPICS) == [2]


def test_a_lost_posting_is_reported(engine: Engine) -> None:
    index(engine, *(entry(number, "rag", f"w{number}") for number in range(1, 9)))
    assert engine.verify() == []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM search_topics_data WHERE id > 10")
        else:
            cursor.execute("UPDATE search_topics SET terms = '' WHERE place = 3")
    assert len(engine.verify()) == 1


def test_an_index_does_not_grow_if_the_same_documents_are_indexed_again(engine: Engine) -> None:
    def size() -> int:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("SELECT sum(length(block)) FROM search_topics_data")
            else:  # but for dead rows, which a vacuum removes
                cursor.execute("SELECT sum(length(texts)) FROM search_topics")
            return int(cursor.fetchone()[0])

    documents = [entry(number, f"rag {number}", f"w{number} " * 9) for number in range(1, 200)]
    index(engine, *documents)
    before = size()
    for _ in range(9):
        engine.delete(Collection.TOPICS, documents)
        index(engine, *documents)
    assert size() < 3 * before
    assert found(engine, "w7") == [7]
    assert engine.verify() == []


def test_an_engine_whose_tables_are_created_again_is_empty_and_well(engine: Engine) -> None:
    index(engine, entry(1, "rag", filters="slug=a"))
    engine.create()
    engine.create()
    assert found(engine, "rag") == found(engine, EVERYTHING) == []
    assert engine.document_ids(Collection.TOPICS) == []
    assert engine.verify() == []


def test_a_table_of_another_version_is_reported(engine: Engine) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE search_topics")
        cursor.execute("CREATE TABLE search_topics (place bigint, title text)")
    assert len(engine.verify()) == 1
    engine.create()
    assert engine.verify() == []


def test_a_table_that_is_gone_is_reported(engine: Engine) -> None:
    assert engine.verify() == []
    engine.drop()
    assert all("search_" in problem for problem in engine.verify())
    assert len(engine.verify()) == len(Collection)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", [1, 2])
def test_a_test_that_commits_leaves_nothing_to_the_next(engine: Engine, run: int) -> None:
    assert engine.document_ids(Collection.TOPICS) == []
    index(engine, entry(1, "rag"))
