"""Derivation of all that follows from the Markdown of digests."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import models
from django.db.models import Count

from digests import markdown, text
from digests.deriving import references
from digests.deriving.bulk import replace_rows, set_columns, store_columns
from digests.grouping import grouped
from digests.models import (
    Citation,
    Digest,
    Point,
    RejectedTag,
    Tag,
    TaggedDigest,
    TaggedTopic,
    Topic,
)
from digests.parsing import parse_body
from digests.parsing.model import ParsedCitation
from digests.rendering import RENDERER_VERSION, RenderedBody, RenderedEntry, render
from digests.vocabulary import QuestionState, TagOrigin, TopicStatus

_DERIVED_OF_DIGEST = ("preamble_html", "preamble_text", "renderer_version")
_DERIVED_OF_TOPIC = ("title_html", "parts", "prose", "is_open", "renderer_version")


@dataclass(frozen=True)
class ReadDigest:
    """A digest and some of its topics, with their parsed Markdown."""

    digest: Digest
    preamble: RenderedBody
    topics: Sequence[tuple[Topic, RenderedBody]]

    @classmethod
    def from_rows(cls, digest: Digest, topics: Iterable[Topic] | None = None) -> "ReadDigest":
        """Parse the rows of a digest. ``topics``: all by default, without a query if they are
        prefetched."""
        in_digest = digest.topics.all()
        in_file = [digest.preamble, *(topic.body for topic in in_digest if topic.is_live)]
        definitions = _definitions(in_file)

        def read(topic: Topic) -> RenderedBody:
            known = definitions if topic.is_live else _definitions([*in_file, topic.body])
            return render(parse_body(topic.body, heading=topic.heading, definitions=known))

        return cls(
            digest,
            render(parse_body(digest.preamble, definitions=definitions)),
            [(topic, read(topic)) for topic in (in_digest if topics is None else topics)],
        )


def derive(digest: Digest, topics: Iterable[Topic] | None = None) -> int:
    """Update all that is derived from the preamble and from ``topics`` (default: all).

    Call it in a `write_transaction`. Returns the number of rows that had to change.
    """
    return derive_all([ReadDigest.from_rows(digest, topics)])


def derive_all(digests: Sequence[ReadDigest]) -> int:
    """Derive many digests in as many queries as one; see `derive`."""
    return _store_derived(digests) + derive_rows(digests)


def set_derived(read: ReadDigest) -> list[Digest | Topic]:
    """Set the derived columns of the digest and its topics, without saving them. Returns the rows
    that changed."""
    changed: list[Digest | Topic] = []
    derived: dict[str, object] = {
        "preamble_html": read.preamble.html,
        "preamble_text": read.preamble.plain,
        "renderer_version": RENDERER_VERSION,
    }
    if set_columns(read.digest, derived):
        changed.append(read.digest)
    for topic, body in read.topics:
        derived = {
            "title_html": body.title,
            "parts": body.parts,
            "prose": body.prose,
            "is_open": QuestionState(topic.question).is_open({point.kind for point in body.points}),
            "renderer_version": RENDERER_VERSION,
        }
        if set_columns(topic, derived):
            changed.append(topic)
    return changed


def derive_rows(digests: Sequence[ReadDigest]) -> int:
    """Update the derived rows of digests whose own columns are already set. Returns the number of
    rows that had to change."""
    bodies = {topic.pk: body for read in digests for topic, body in read.topics}
    preambles = {read.digest.pk: read.preamble for read in digests}
    hidden = {topic.pk for read in digests for topic, _ in read.topics if not topic.is_live}
    changed = _store_points(bodies) + _store_citations(preambles, bodies, hidden)
    return changed + _store_file_tags(digests)


def refresh_tag_counts(tags: Collection[int]) -> int:
    on_live = TaggedTopic.objects.filter(tag__in=tags, content_object__status=TopicStatus.LIVE)
    counts = dict(on_live.values_list("tag").annotate(Count("pk")))
    stale = [
        tag
        for tag in Tag.objects.filter(pk__in=tags)
        if set_columns(tag, {"topic_count": counts.get(tag.pk, 0)})
    ]
    return store_columns(stale, ["topic_count"])


def _definitions(texts: Iterable[str]) -> markdown.Definitions:
    """The link definitions of a whole digest, any of which its texts may use."""
    return markdown.definitions("\n\n".join(source for source in texts if "]:" in source))


def _store_derived(digests: Iterable[ReadDigest]) -> int:
    stale = [row for read in digests for row in set_derived(read)]
    stored = store_columns([row for row in stale if isinstance(row, Digest)], _DERIVED_OF_DIGEST)
    return stored + store_columns(
        [row for row in stale if isinstance(row, Topic)], _DERIVED_OF_TOPIC
    )


def _store_points(bodies: Mapping[int, RenderedBody]) -> int:
    wanted = {
        topic: [
            Point(topic_id=topic, position=position, **asdict(point))
            for position, point in enumerate(body.points)
        ]
        for topic, body in bodies.items()
    }
    return replace_rows(Point, "topic", wanted)


def _store_citations(
    preambles: Mapping[int, RenderedBody],
    bodies: Mapping[int, RenderedBody],
    hidden: Collection[int],
) -> int:
    before = Citation.objects.filter(models.Q(topic__in=bodies) | models.Q(digest__in=preambles))
    cited_before = set(before.values_list("reference", flat=True))
    texts = [*((None, body) for body in preambles.values()), *bodies.items()]
    cited = [
        references.Cited(topic, position, citation)
        for topic, body in texts
        for position, citation in enumerate(body.citations)
    ]
    known = references.reference_ids(cited)
    created = references.create_references(cited, known, hidden)
    ids = known | created
    of_topics = {pk: _citations(body, ids, topic_id=pk) for pk, body in bodies.items()}
    of_digests = {pk: _citations(body, ids, digest_id=pk) for pk, body in preambles.items()}
    changed = replace_rows(Citation, "topic", of_topics)
    changed += replace_rows(Citation, "digest", of_digests)
    return changed + references.refresh_references(
        cited_before | set(ids.values()) - set(created.values())
    )


def _citations(
    body: RenderedBody, reference_ids: Mapping[str, int], **owner: int
) -> list[Citation]:
    entries = dict(enumerate(body.entries))
    sentences = {url: [*map(list, some)] for url, some in body.sentences.items()}
    return [
        Citation(
            **owner,
            position=position,
            reference_id=reference_ids[citation.key],
            item=citation.item,
            group=citation.group,
            label=citation.label,
            kind=citation.kind,
            title=citation.title,
            url=citation.url,
            **_entry(entries, citation),
            sentences=sentences.pop(citation.url, []) if citation.item is None else [],
        )
        for position, citation in enumerate(body.citations)
    ]


def _entry(entries: dict[int, RenderedEntry], citation: ParsedCitation) -> dict[str, str]:
    """Columns for the entry of an item, which only the first citation of the item has."""
    entry = None if citation.item is None else entries.pop(citation.item, None)
    return {"html": entry.html, "text": entry.plain} if entry else {}


def _store_file_tags(digests: Sequence[ReadDigest]) -> int:
    """Give each topic the tags of its digest that it mentions and no editor took off it."""
    topics = [topic for read in digests for topic, _ in read.topics]
    on_digests = TaggedDigest.objects.filter(content_object__in=[read.digest for read in digests])
    named = grouped((each.content_object_id, (each.name, each.tag_id)) for each in on_digests)
    on_topics = TaggedTopic.objects.filter(content_object__in=topics)
    before = {(each.content_object_id, each.tag_id): each for each in on_topics}
    rejected = set(RejectedTag.objects.filter(topic__in=topics).values_list("topic_id", "tag_id"))
    mentioned = (pair for topic in topics for pair in _mentioned(topic, named[topic.digest_id]))
    wanted = dict.fromkeys(pair for pair in mentioned if pair not in rejected)
    new = [
        TaggedTopic(content_object_id=topic, tag_id=tag, origin=TagOrigin.FILE)
        for topic, tag in wanted
        if (topic, tag) not in before
    ]
    obsolete = [
        tagging
        for pair, tagging in before.items()
        if tagging.origin == TagOrigin.FILE and pair not in wanted
    ]
    TaggedTopic.objects.filter(pk__in=[tagging.pk for tagging in obsolete]).delete()
    TaggedTopic.objects.bulk_create(new)
    affected = {tagging.tag_id for tagging in (*new, *before.values())}
    return len(new) + len(obsolete) + refresh_tag_counts(affected)


def _mentioned(topic: Topic, tags: Iterable[tuple[str, int]]) -> Iterator[tuple[int, int]]:
    """The ids of a topic and of each of these tags, of which it mentions the name."""
    ids = dict(tags)
    for name in text.mentioned(f"{topic.title}\n{topic.body}", ids):
        yield topic.pk, ids[name]
