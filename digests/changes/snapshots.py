"""Snapshots of what texts say, bear and cite; the history and the counts compare two of each
write."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from digests.deriving import Uses
from digests.grouping import batched, grouped
from digests.models import Digest, Reference, TaggedDigest, TaggedTopic, Topic
from digests.models.bulk import select_rows
from digests.vocabulary import TagOrigin, TopicStatus

_BATCH = 500  # digests

# The merged fields and others, in the order in which a version shows them.
_OF_TOPIC = ("number", "title", "heading", "body", "status", "question")
_OF_DIGEST = ("title", "published_at", "front_matter", "preamble")
_OF_REFERENCE = ("editor_title",)
# Fields of a reference that older versions hold; they are derived from what cites it.
_ONCE_OF_REFERENCE = ("cited_title", "kind", "url")
# Names of all recorded fields in that order, which JSON in PostgreSQL does not keep.
RECORDED = dict.fromkeys(
    [*_OF_REFERENCE, *_ONCE_OF_REFERENCE, *_OF_TOPIC, *_OF_DIGEST, "tags", "topics", "joined"]
)

_TABLES: dict[type[Topic | Digest], str] = {Topic: "topic", Digest: "digest"}

# The values of a row as JSON holds them, and those of rows by table (``topic``) and id.
Values: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, int]


@dataclass
class Texts:
    """The texts that a write may change: single ``topics``, and ``digests`` with their preambles
    and all their topics, both by id."""

    topics: set[int] = field(default_factory=set)
    digests: set[int] = field(default_factory=set)


@dataclass
class Snapshot:
    """The recorded ``values`` of rows, and what their texts use.

    ``created_at``: when rows of texts were created. ``edited``: rows with the mark "edited".
    ``tagged``: topics with a tag that an editor chose.
    """

    values: dict[Key, Values] = field(default_factory=dict)
    uses: Uses = field(default_factory=Uses)
    created_at: dict[Key, Any] = field(default_factory=dict)
    edited: set[Key] = field(default_factory=set)
    tagged: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, texts: Texts, references: Collection[int] = ()) -> "Snapshot":
        """Read texts, and the titles that editors gave ``references``. Four queries for single
        topics, seven for each `_BATCH` of digests, one for references."""
        snapshot = cls()
        if texts.topics:
            snapshot._add_topics("pk", texts.topics)
        for some in batched(sorted(texts.digests), _BATCH):
            snapshot._add_digests(some)
        rows = select_rows(Reference, ["pk", *_OF_REFERENCE], "pk", references)
        for pk, *values in rows:
            snapshot.values["reference", pk] = dict(zip(_OF_REFERENCE, values, strict=True))
        return snapshot

    def _add_digests(self, digests: Sequence[int]) -> None:
        order = self._add_topics("digest", digests)
        columns = ("content_object", "name", "tag")
        rows = select_rows(TaggedDigest, columns, "content_object", digests, "pk")
        names = grouped((digest, name) for digest, name, _ in rows)
        for key, values in self._rows(Digest, _OF_DIGEST, "pk", digests):
            pk = key[1]
            published_at = values["published_at"].isoformat()
            more = {"published_at": published_at, "tags": names[pk], "topics": order[pk]}
            self.values[key] = values | more
        self.uses.digests.update(tag for *_, tag in rows)
        self.uses.tally.add_texts("digest", digests)

    def _add_topics(self, owner: str, ids: Collection[int]) -> dict[int, list[int]]:
        """Returns the live topics of each digest in their order."""
        rows = list(self._rows(Topic, (*_OF_TOPIC, "digest", "position"), owner, ids))
        of = [pk for (_, pk), _ in rows]
        columns = ("content_object", "tag", "tag__slug", "origin")
        borne = select_rows(TaggedTopic, columns, "content_object", of, "pk")
        slugs = grouped((topic, slug) for topic, _, slug, _ in borne)
        self.tagged |= {topic for topic, *_, origin in borne if origin == TagOrigin.EDITOR}
        places = []
        for key, values in rows:
            digest, position = values.pop("digest"), values.pop("position")
            if values["status"] == TopicStatus.LIVE:
                places.append((digest, position, key[1]))
            self.values[key] = values | {"tags": slugs[key[1]]}
        live = {topic for *_, topic in places}
        self.uses.topics.update(tag for topic, tag, *_ in borne if topic in live)
        self.uses.add_topics(live)
        return grouped((digest, topic) for digest, _, topic in sorted(places))

    def _rows(
        self,
        model: type[Topic | Digest],
        names: Sequence[str],
        owner: str,
        ids: Collection[int],
    ) -> Iterator[tuple[Key, Values]]:
        marks = ("pk", "created_at", "edited_at")
        for pk, created_at, edited_at, *values in select_rows(model, [*marks, *names], owner, ids):
            key = (_TABLES[model], pk)
            self.created_at[key] = created_at
            if edited_at:
                self.edited.add(key)
            yield key, dict(zip(names, values, strict=True))


def values_of(row: Digest | Topic | Reference) -> Values:
    """The values that a revision of this row would hold now."""
    match row:
        case Digest():
            return Snapshot.of(Texts(digests={row.pk})).values["digest", row.pk]
        case Topic():
            return Snapshot.of(Texts(topics={row.pk})).values["topic", row.pk]
    return Snapshot.of(Texts(), [row.pk]).values["reference", row.pk]
