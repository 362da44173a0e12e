"""The frame of a write: its transaction, with the history, the counts and the index of its rows."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from digests.changes.history import Author, record
from digests.changes.snapshots import Snapshot, Texts
from digests.changes.transaction import write_transaction
from digests.deriving import change_counts
from digests.search import index


@contextmanager
def writing(
    author: Author,
    *,
    topics: Collection[int] = (),
    digests: Collection[int] = (),
    references: Collection[int] = (),
    tags: Collection[int] = (),
) -> Iterator[set[int]]:
    """Open the transaction of a write that may change these rows, and no others, by id.

    At its end the history, the counts and the index follow. ``digests`` are written with all their
    topics. Yields an empty set, for the ids of the digests that the write creates.
    """
    texts = Texts(set(topics), set(digests))
    created: set[int] = set()
    with write_transaction():
        before = Snapshot.of(texts, references)
        yield created
        after = Snapshot.of(texts, references)
        record(author, before, after)
        after.uses.add_digests(created)
        counted = change_counts(before.uses, after.uses)
        index.refresh(
            topics=texts.topics,
            digests=texts.digests | created,
            references=counted.references.union(references),
            tags=counted.tags.union(tags),
        )
