"""Markdown in rows → derived rows: HTML, points, citations, file tags, references, counts.

Both write doors call `derive` in their own transaction, `rebuild` calls it for everything. It
compares before it writes, so that deriving what is already derived changes nothing. All of it
works on many digests at once, in a number of queries that does not depend on theirs.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.db.models import Count, F, Min

from digests import identity, markdown, text
from digests.models import (
    Citation,
    Digest,
    Point,
    Reference,
    RejectedTag,
    Tag,
    TaggedDigest,
    TaggedTopic,
    Topic,
)
from digests.parsing import ParsedCitation, parse_body
from digests.rendering import RENDERER_VERSION, RenderedBody, render
from digests.vocabulary import ReferenceKind, TagOrigin

Row = TypeVar("Row", bound=models.Model)

_POINT_FIELDS = ("position", "label", "kind", "text")
_CITATION_FIELDS = (
    "position", "reference_id", "item", "group", "label", "kind", "title", "url", "html",
)  # fmt: skip


@dataclass(frozen=True)
class ReadDigest:
    """A digest and some of its topics, each with what its Markdown says."""

    digest: Digest
    preamble: RenderedBody
    topics: Sequence[tuple[Topic, RenderedBody]]

    @classmethod
    def from_rows(cls, digest: Digest, topics: Iterable[Topic] | None = None) -> "ReadDigest":
        """``topics`` are all of them by default. No query if those are prefetched."""
        in_digest = digest.topics.all()
        definitions = _definitions([digest.preamble, *(topic.body for topic in in_digest)])
        return cls(
            digest,
            render(parse_body(digest.preamble, definitions=definitions)),
            [
                (
                    topic,
                    render(parse_body(topic.body, heading=topic.heading, definitions=definitions)),
                )
                for topic in (in_digest if topics is None else topics)
            ],
        )


def derive(digest: Digest, topics: Iterable[Topic] | None = None) -> int:
    """Bring what hangs on the preamble and on ``topics`` (default: all) up to date.

    Call it in a `write_transaction`. Returns the number of rows that had to change.
    """
    return derive_all([ReadDigest.from_rows(digest, topics)])


def derive_all(digests: Sequence[ReadDigest]) -> int:
    """Like `derive`, for many digests in as many queries as for one."""
    return _store_html(digests) + derive_rows(digests)


def set_html(read: ReadDigest) -> list[Digest | Topic]:
    """Put the HTML into the rows of a digest, saved or not; returns those that this changed."""
    changed: list[Digest | Topic] = []
    if _set(read.digest, preamble_html=read.preamble.html):
        changed.append(read.digest)
    for topic, body in read.topics:
        if _set(topic, title_html=body.title, html=body.html):
            changed.append(topic)
    return changed


def derive_rows(digests: Sequence[ReadDigest]) -> int:
    """The rows that hang on digests whose own columns are up to date; as `derive_all`."""
    bodies = {topic.pk: body for read in digests for topic, body in read.topics}
    preambles = {read.digest.pk: read.preamble for read in digests}
    return _store_points(bodies) + _store_citations(preambles, bodies) + _store_file_tags(digests)


def refresh_references(references: Collection[int]) -> int:
    """Derive title, kind, address and count of references from their citations.

    What is cited most often wins, of equals what was cited first.
    """
    votes: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for vote in (
        Citation.objects.filter(reference__in=references)
        .values("reference", "kind", "title", "url")
        .annotate(votes=Count("pk"), first_topic=Min("topic"), first=Min("position"))
        # A preamble has no topic and comes first; left alone, databases sort NULL each its way.
        .order_by(F("first_topic").asc(nulls_first=True), "first", "title", "url", "kind")
    ):
        votes[vote["reference"]].append(vote)
    counts = dict(
        Citation.objects.filter(reference__in=references, topic__isnull=False)
        .values_list("reference")
        .annotate(Count("topic", distinct=True))
    )
    stale = []
    for reference in Reference.objects.filter(pk__in=references):
        derived = _derived_fields(votes[reference.pk]) if votes[reference.pk] else {}
        derived["topic_count"] = counts.get(reference.pk, 0)
        if any(getattr(reference, name) != value for name, value in derived.items()):
            for name, value in derived.items():
                setattr(reference, name, value)
            stale.append(reference)
    _store_columns(stale, ["cited_title", "kind", "url", "topic_count"])
    return len(stale)


def refresh_tag_counts(tags: Collection[int]) -> int:
    counts = dict(TaggedTopic.objects.filter(tag__in=tags).values_list("tag").annotate(Count("pk")))
    stale = [
        tag for tag in Tag.objects.filter(pk__in=tags) if tag.topic_count != counts.get(tag.pk, 0)
    ]
    for tag in stale:
        tag.topic_count = counts.get(tag.pk, 0)
    _store_columns(stale, ["topic_count"])
    return len(stale)


def _definitions(texts: Iterable[str]) -> markdown.Definitions:
    """The link definitions of a whole digest: any of its texts may use them."""
    return markdown.definitions("\n\n".join(source for source in texts if "]:" in source))


def _store_html(digests: Iterable[ReadDigest]) -> int:
    stale = [row for read in digests for row in set_html(read)]
    _store_columns(
        [row for row in stale if isinstance(row, Digest)], ["preamble_html", "renderer_version"]
    )
    _store_columns(
        [row for row in stale if isinstance(row, Topic)],
        ["title_html", "html", "renderer_version"],
    )
    return len(stale)


def _set(row: Digest | Topic, **columns: str) -> bool:
    wanted = {**columns, "renderer_version": RENDERER_VERSION}
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return False
    for name, value in wanted.items():
        setattr(row, name, value)
    return True


def _store_points(bodies: Mapping[int, RenderedBody]) -> int:
    wanted = {
        topic: [
            Point(topic_id=topic, position=position, label=label, kind=kind, text=text)
            for position, (label, kind, text) in enumerate(body.points)
        ]
        for topic, body in bodies.items()
    }
    return _replace(Point, "topic", wanted, _POINT_FIELDS)


def _store_citations(
    preambles: Mapping[int, RenderedBody], bodies: Mapping[int, RenderedBody]
) -> int:
    before = Citation.objects.filter(models.Q(topic__in=bodies) | models.Q(digest__in=preambles))
    cited_before = set(before.values_list("reference", flat=True))
    ids = _reference_ids(
        citation for body in [*preambles.values(), *bodies.values()] for citation in body.citations
    )
    of_topics = {pk: _citations(body, ids, topic_id=pk) for pk, body in bodies.items()}
    of_digests = {pk: _citations(body, ids, digest_id=pk) for pk, body in preambles.items()}
    changed = _replace(Citation, "topic", of_topics, _CITATION_FIELDS)
    changed += _replace(Citation, "digest", of_digests, _CITATION_FIELDS)
    return changed + refresh_references(cited_before | set(ids.values()))


def _citations(
    body: RenderedBody, reference_ids: Mapping[str, int], **owner: int
) -> list[Citation]:
    html = dict(enumerate(body.items))
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
            html="" if citation.item is None else html.pop(citation.item, ""),
        )
        for position, citation in enumerate(body.citations)
    ]


def _reference_ids(citations: Iterable[ParsedCitation]) -> dict[str, int]:
    """The references of these keys, made where they are new."""
    keys = dict.fromkeys(citation.key for citation in citations)
    ids = dict(Reference.objects.filter(key__in=keys).values_list("key", "pk"))
    new = Reference.objects.bulk_create(Reference(key=key) for key in keys if key not in ids)
    return ids | {reference.key: reference.pk for reference in new}


def _derived_fields(votes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Title, kind and address from the spellings of a reference, the first cited first."""
    titles: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    urls: Counter[str] = Counter()
    for vote in votes:
        kinds[vote["kind"]] += vote["votes"]
        if vote["url"]:
            urls[vote["url"]] += vote["votes"]
        if identity.is_title(vote["title"]):
            titles[vote["title"]] += vote["votes"]
    if len(kinds) > 1:
        del kinds[ReferenceKind.OTHER]  # says nothing
    return {
        "cited_title": _most_frequent(titles),
        "kind": _most_frequent(kinds),
        "url": _address(_most_frequent(urls)) if urls else "",
    }


def _address(url: str) -> str:
    """The page to open. A URL that today's rules refuse was cited under older ones."""
    try:
        return identity.of_url(url).url
    except ValueError:
        return url


def _most_frequent(counts: Counter[str]) -> str:
    return max(counts, key=lambda value: counts[value], default="")


def _store_file_tags(digests: Sequence[ReadDigest]) -> int:
    """Give each topic the tags of its digest that it mentions and no editor took off it."""
    topics = [topic for read in digests for topic, _ in read.topics]
    of_digests: dict[int, list[TaggedDigest]] = defaultdict(list)
    for tagging in TaggedDigest.objects.filter(content_object__in=[r.digest for r in digests]):
        of_digests[tagging.content_object_id].append(tagging)
    of_topics: dict[int, dict[int, TaggedTopic]] = defaultdict(dict)
    for on_topic in TaggedTopic.objects.filter(content_object__in=topics):
        of_topics[on_topic.content_object_id][on_topic.tag_id] = on_topic
    rejected = set(RejectedTag.objects.filter(topic__in=topics).values_list("topic_id", "tag_id"))
    new, obsolete = [], []
    for topic in topics:
        possible = {tagging.name: tagging.tag_id for tagging in of_digests[topic.digest_id]}
        mentioned = text.mentioned(f"{topic.title}\n{topic.body}", possible)
        wanted = [
            possible[name] for name in mentioned if (topic.pk, possible[name]) not in rejected
        ]
        taggings = of_topics[topic.pk]
        new += [
            TaggedTopic(content_object=topic, tag_id=tag, origin=TagOrigin.FILE)
            for tag in wanted
            if tag not in taggings
        ]
        obsolete += [
            on_topic
            for on_topic in taggings.values()
            if on_topic.origin == TagOrigin.FILE and on_topic.tag_id not in wanted
        ]
    TaggedTopic.objects.filter(pk__in=[tagging.pk for tagging in obsolete]).delete()
    TaggedTopic.objects.bulk_create(new)
    affected = {tagging.tag_id for tagging in [*new, *obsolete, *_all(of_topics)]}
    return len(new) + len(obsolete) + refresh_tag_counts(affected)


def _all(of_topics: Mapping[int, Mapping[int, TaggedTopic]]) -> Iterable[TaggedTopic]:
    return (tagging for taggings in of_topics.values() for tagging in taggings.values())


def _store_columns(rows: Sequence[models.Model], columns: Sequence[str]) -> None:
    """Update these columns of rows that exist and are loaded in full.

    An upsert, as `bulk_update` builds a CASE for every value and takes ten times as long.
    """
    if rows:
        type(rows[0])._default_manager.bulk_create(
            rows, update_conflicts=True, unique_fields=["pk"], update_fields=columns
        )


def _replace(
    model: type[Row], owner: str, wanted: Mapping[int, Sequence[Row]], fields: Sequence[str]
) -> int:
    """Make the rows of each owner the wanted ones, and leave the owners alone whose rows are.

    Returns the number of rows that were not as wanted.
    """
    manager = model._default_manager
    existing: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for owner_id, *values in (
        manager.filter(**{f"{owner}__in": wanted})
        .order_by("position")
        .values_list(f"{owner}_id", *fields)
    ):
        existing[owner_id].append(tuple(values))
    stale = [
        pk
        for pk, rows in wanted.items()
        if [tuple(getattr(row, name) for name in fields) for row in rows] != existing[pk]
    ]
    manager.filter(**{f"{owner}__in": stale}).delete()
    manager.bulk_create(row for pk in stale for row in wanted[pk])
    return sum(max(len(existing[pk]), len(wanted[pk])) for pk in stale)
