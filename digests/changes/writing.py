"""The frame of a write: its transaction, with the history, the counts and the index of its rows."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from digests.changes.history import Author, recording
from digests.changes.transaction import write_transaction
from digests.deriving import Texts, counting
from digests.search import index


@contextmanager
def writing(
    author: Author,
    *,
    topics: Collection[int] = (),
    digests: Collection[int] = (),
    references: Collection[int] = (),
    tags: Collection[int] = (),
) -> Iterator[Texts]:
    """Open the transaction of a write that may change these rows, and no others, by id.

    At its end the history, the counts and the index follow. ``digests`` are written with all their
    topics. Yields the texts; add the digests that are created to them.
    """
    texts = Texts(set(topics), set(digests))
    with write_transaction():
        with recording(author, texts, references), counting(texts) as counted:
            yield texts
        index.refresh(
            topics=texts.topics,
            digests=texts.digests,
            references=counted.references.union(references),
            tags=counted.tags.union(tags),
        )
