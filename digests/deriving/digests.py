"""Derivation of all that follows from the Markdown of digests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, TypeAlias

from digests import markdown, text
from digests.deriving.references import find_or_create_references
from digests.grouping import grouped
from digests.models import (
    Citation,
    Digest,
    Point,
    RejectedTag,
    TaggedDigest,
    TaggedTopic,
    Topic,
)
from digests.models.bulk import replace_rows, select_rows, set_columns, store_columns
from digests.models.statements import Slot, Statement
from digests.parsing import parse_body
from digests.rendering import RENDERER_VERSION, RenderedBody, RenderedEntry, render
from digests.vocabulary import QuestionState, TagOrigin

_DERIVED_OF_DIGEST = ("preamble_html", "preamble_text", "renderer_version")
DERIVED_OF_TOPIC = ("title_html", "parts", "prose", "is_open", "renderer_version")
_NO_ENTRY = RenderedEntry("", "")


class _PointRow(NamedTuple):
    topic_id: int
    position: int
    label: str
    kind: str
    ordinal: int
    text: str
    html: str
    plain: str


class _CitationRow(NamedTuple):
    topic_id: int | None
    digest_id: int | None
    reference_id: int
    position: int
    item: int | None
    group: str
    label: str
    kind: str
    title: str
    url: str
    html: str
    text: str
    sentences: list[list[str]]


_ReadTopic: TypeAlias = tuple[Topic, RenderedBody]


@dataclass(frozen=True)
class ReadDigest:
    """A digest and its topics, with their parsed Markdown."""

    digest: Digest
    preamble: RenderedBody
    topics: Sequence[_ReadTopic]

    @classmethod
    def from_rows(cls, digest: Digest) -> "ReadDigest":
        """Parse all rows of a digest, without a query if its topics are prefetched."""
        topics = list(digest.topics.all())
        in_file = [digest.preamble, *(topic.body for topic in topics if topic.is_live)]
        definitions = _definitions(in_file)

        def read(topic: Topic) -> RenderedBody:
            known = definitions if topic.is_live else _definitions([*in_file, topic.body])
            return _rendered_topic(topic, known)

        preamble = render(parse_body(digest.preamble, definitions=definitions))
        return cls(digest, preamble, [(topic, read(topic)) for topic in topics])


def _rendered_topic(topic: Topic, definitions: markdown.Definitions) -> RenderedBody:
    # A number that an earlier version took for a part of the title is one until the next import.
    is_numbered = topic.number is not None
    heading = topic.heading
    return render(
        parse_body(topic.body, heading=heading, is_numbered=is_numbered, definitions=definitions)
    )


def derive(digests: Sequence[ReadDigest]) -> int:
    """Update all that is derived from these texts but counts, which `counting` keeps.

    Call it in a `write_transaction`. Returns the number of rows that had to change. Many digests
    take as many queries as one.
    """
    stale = [row for read in digests for row in set_derived(read)]
    stored = store_columns([row for row in stale if isinstance(row, Digest)], _DERIVED_OF_DIGEST)
    stored += store_columns([row for row in stale if isinstance(row, Topic)], DERIVED_OF_TOPIC)
    return stored + derive_rows(digests)


def set_derived(read: ReadDigest) -> list[Digest | Topic]:
    """Set the derived columns of the digest and its topics, without saving them. Returns the rows
    that changed."""
    derived = {
        "preamble_html": read.preamble.html,
        "preamble_text": read.preamble.plain,
        "renderer_version": RENDERER_VERSION,
    }
    changed: list[Digest | Topic] = [read.digest] if set_columns(read.digest, derived) else []
    changed += [topic for topic, body in read.topics if _set_derived_of(topic, body)]
    return changed


def _set_derived_of(topic: Topic, body: RenderedBody) -> bool:
    derived = {
        "title_html": body.title,
        "parts": body.parts,
        "prose": body.prose,
        "is_open": QuestionState(topic.question).is_open({point.kind for point in body.points}),
        "renderer_version": RENDERER_VERSION,
    }
    return set_columns(topic, derived)


def derive_rows(digests: Sequence[ReadDigest]) -> int:
    """Update the derived rows of digests whose own columns are already set. Returns the number of
    rows that had to change."""
    preambles = {read.digest.pk: read.preamble for read in digests}
    return _derive_rows(preambles, [topic for read in digests for topic in read.topics])


def derive_topic(topic: Topic) -> None:
    """Update the derived rows of a single topic, whose text defines no link that others use. Its
    own derived columns are set without saving them. Some seven queries."""
    [(preamble,)] = select_rows(Digest, ["preamble"], "pk", [topic.digest_id])
    defining = _defining_topics().rows(topic.digest_id)
    others = (body for pk, body in defining if pk != topic.pk)
    body = _rendered_topic(topic, _definitions([preamble, *others]))
    _set_derived_of(topic, body)
    _derive_rows({}, [(topic, body)])


@cache
def _defining_topics() -> Statement:
    live = Topic.objects.live().filter(digest=Slot(0), body__contains="]:")
    return Statement.of(live.order_by("position").values_list("pk", "body"))


def _derive_rows(preambles: Mapping[int, RenderedBody], topics: Sequence[_ReadTopic]) -> int:
    bodies = {topic.pk: body for topic, body in topics}
    changed = _store_points(bodies) + _store_citations(preambles, bodies)
    return changed + _store_file_tags([topic for topic, _ in topics])


def _definitions(texts: Iterable[str]) -> markdown.Definitions:
    """The link definitions of a whole digest, any of which its texts may use."""
    return markdown.definitions("\n\n".join(source for source in texts if "]:" in source))


def _store_points(bodies: Mapping[int, RenderedBody]) -> int:
    wanted = {
        topic: [
            _PointRow(
                topic_id=topic,
                position=position,
                label=point.label,
                kind=point.kind.value,
                ordinal=point.ordinal,
                text=point.text,
                html=point.html,
                plain=point.plain,
            )
            for position, point in enumerate(body.points)
        ]
        for topic, body in bodies.items()
    }
    return replace_rows(Point, _PointRow._fields, "topic", wanted)


def _store_citations(
    preambles: Mapping[int, RenderedBody], bodies: Mapping[int, RenderedBody]
) -> int:
    texts = (*preambles.values(), *bodies.values())
    ids = find_or_create_references(citation for body in texts for citation in body.citations)
    of_topics = {pk: _citations(body, ids, topic=pk) for pk, body in bodies.items()}
    of_digests = {pk: _citations(body, ids, digest=pk) for pk, body in preambles.items()}
    return sum(
        replace_rows(Citation, _CitationRow._fields, owner, wanted)
        for owner, wanted in (("topic", of_topics), ("digest", of_digests))
    )


def _citations(
    body: RenderedBody,
    reference_ids: Mapping[str, int],
    *,
    topic: int | None = None,
    digest: int | None = None,
) -> list[_CitationRow]:
    """The citations of a topic or of a digest's preamble."""
    entries = dict(enumerate(body.entries))
    sentences = {url: [*map(list, some)] for url, some in body.sentences.items()}
    rows = []
    for position, citation in enumerate(body.citations):
        # The first citation of an item has its entry, and the first of an address its sentences.
        is_inline = citation.item is None
        entry = _NO_ENTRY if citation.item is None else entries.pop(citation.item, _NO_ENTRY)
        rows.append(
            _CitationRow(
                topic_id=topic,
                digest_id=digest,
                reference_id=reference_ids[citation.key],
                position=position,
                item=citation.item,
                group=citation.group,
                label=citation.label,
                kind=citation.kind.value,
                title=citation.title,
                url=citation.url,
                html=entry.html,
                text=entry.plain,
                sentences=sentences.pop(citation.url, []) if is_inline else [],
            )
        )
    return rows


def _store_file_tags(topics: Sequence[Topic]) -> int:
    """Give each topic the tags of its digest that it mentions and no editor took off it."""
    owner, ids = "content_object", {topic.digest_id for topic in topics}
    on_digests = select_rows(TaggedDigest, (owner, "name", "tag"), owner, ids, "pk")
    named = grouped((digest, (name, tag)) for digest, name, tag in on_digests)
    ids = {topic.pk for topic in topics}
    on_topics = select_rows(TaggedTopic, ("pk", owner, "tag", "origin"), owner, ids)
    before = {(topic, tag): (pk, origin) for pk, topic, tag, origin in on_topics}
    mentioned = (pair for topic in topics for pair in _mentioned(topic, named[topic.digest_id]))
    wanted = dict.fromkeys(mentioned)
    missing = [pair for pair in wanted if pair not in before]
    asked = {topic for topic, _ in missing}
    rejected = set(select_rows(RejectedTag, ("topic", "tag"), "topic", asked))
    new = [
        TaggedTopic(content_object_id=topic, tag_id=tag, origin=TagOrigin.FILE)
        for topic, tag in missing
        if (topic, tag) not in rejected
    ]
    obsolete = [
        pk
        for pair, (pk, origin) in before.items()
        if origin == TagOrigin.FILE and pair not in wanted
    ]
    if obsolete:
        TaggedTopic.objects.filter(pk__in=obsolete).delete()
    TaggedTopic.objects.bulk_create(new)
    return len(new) + len(obsolete)


def _mentioned(topic: Topic, tags: Iterable[tuple[str, int]]) -> Iterator[tuple[int, int]]:
    """The ids of a topic and of each of these tags, of which it mentions the name."""
    ids = dict(tags)
    for name in text.mentioned(f"{topic.title}\n{topic.body}", ids):
        yield topic.pk, ids[name]
