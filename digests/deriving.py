"""Markdown in rows → derived rows: HTML, points, citations, file tags, references, counts.

Both write doors call `derive` in their own transaction, `rebuild` calls it for everything. It
compares before it writes, so that deriving what is already derived changes nothing.
"""

from collections import defaultdict
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
    TaggedTopic,
    Topic,
)
from digests.parsing import ParsedBody, ParsedCitation, ParseWarning, parse_body
from digests.rendering import RENDERER_VERSION, render_body, render_item
from digests.vocabulary import TagOrigin

Row = TypeVar("Row", bound=models.Model)

_POINT_FIELDS = ("position", "label", "kind", "text")
_CITATION_FIELDS = (
    "position", "reference_id", "item", "label", "kind", "title", "url", "html",
)  # fmt: skip


@dataclass(frozen=True)
class Derived:
    """``stale`` counts the rows that had to change.

    ``warnings`` are about the text of a topic, by its id, or of the preamble, by None; their
    lines count from the first one of that text.
    """

    stale: int
    warnings: Mapping[int | None, Sequence[ParseWarning]]


def derive(digest: Digest, topics: Collection[Topic] | None = None) -> Derived:
    """Bring what hangs on the preamble and on ``topics`` (default: all) up to date.

    Call it in a `write_transaction`. The number of queries does not depend on that of topics.
    """
    topics = list(digest.topics.all()) if topics is None else topics
    definitions = _definitions(digest)
    preamble = parse_body(digest.preamble, definitions=definitions)
    bodies = {topic.pk: parse_body(topic.body, definitions=definitions) for topic in topics}
    stale = (
        _store_preamble_html(digest, preamble)
        + _store_html(topics, bodies)
        + _store_points(bodies)
        + _store_citations(digest, preamble, bodies)
        + _store_file_tags(digest, topics)
    )
    texts: list[tuple[int | None, ParsedBody]] = [(None, preamble), *bodies.items()]
    return Derived(stale, {pk: body.warnings for pk, body in texts if body.warnings})


def refresh_references(references: Collection[int]) -> int:
    """Derive title, kind, address and count of references from their citations.

    The most frequent spelling wins, of equals the one that was cited first.
    """
    votes: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for vote in (
        Citation.objects.filter(reference__in=references)
        .values("reference", "kind", "title", "url")
        .annotate(votes=Count("pk"), first_topic=Min("topic"), first=Min("position"))
        # A preamble has no topic and comes first; left alone, databases sort NULL each its way.
        .order_by("-votes", F("first_topic").asc(nulls_first=True), "first", "title", "url", "kind")
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


def _definitions(digest: Digest) -> markdown.Definitions:
    """The link definitions of the whole digest: any of its texts may use them."""
    texts = digest.topics.filter(body__contains="]:").values_list("body", flat=True)
    return markdown.definitions("\n\n".join([digest.preamble, *texts]))


def _store_preamble_html(digest: Digest, preamble: ParsedBody) -> int:
    html = str(render_body(preamble))
    if (digest.preamble_html, digest.renderer_version) == (html, RENDERER_VERSION):
        return 0
    digest.preamble_html, digest.renderer_version = html, RENDERER_VERSION
    digest.save(update_fields=["preamble_html", "renderer_version"])
    return 1


def _store_html(topics: Iterable[Topic], bodies: Mapping[int, ParsedBody]) -> int:
    stale = []
    for topic in topics:
        html = str(render_body(bodies[topic.pk]))
        if (topic.html, topic.renderer_version) != (html, RENDERER_VERSION):
            topic.html, topic.renderer_version = html, RENDERER_VERSION
            stale.append(topic)
    _store_columns(stale, ["html", "renderer_version"])
    return len(stale)


def _store_points(bodies: Mapping[int, ParsedBody]) -> int:
    wanted = {
        topic: [
            Point(topic_id=topic, position=n, label=point.label, kind=point.kind, text=point.text)
            for n, point in enumerate(body.points)
        ]
        for topic, body in bodies.items()
    }
    return _replace(Point, "topic", wanted, _POINT_FIELDS)


def _store_citations(digest: Digest, preamble: ParsedBody, bodies: Mapping[int, ParsedBody]) -> int:
    cited_before = set(
        Citation.objects.filter(models.Q(topic__in=bodies) | models.Q(digest=digest)).values_list(
            "reference", flat=True
        )
    )
    ids = _reference_ids(
        citation for body in [preamble, *bodies.values()] for citation in body.citations
    )
    of_topics = {pk: _citations(body, ids, topic_id=pk) for pk, body in bodies.items()}
    of_digest = {digest.pk: _citations(preamble, ids, digest_id=digest.pk)}
    changed = _replace(Citation, "topic", of_topics, _CITATION_FIELDS)
    changed += _replace(Citation, "digest", of_digest, _CITATION_FIELDS)
    return changed + refresh_references(cited_before | set(ids.values()))


def _citations(body: ParsedBody, reference_ids: Mapping[str, int], **owner: int) -> list[Citation]:
    html = dict(enumerate(str(render_item(item)) for item in body.items))
    return [
        Citation(
            **owner,
            position=position,
            reference_id=reference_ids[citation.key],
            item=citation.item,
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
    """Title, kind and address from spellings in descending order of weight."""
    titles = [vote["title"] for vote in votes if vote["title"] and vote["title"] != vote["url"]]
    urls = [vote["url"] for vote in votes if vote["url"]]
    kinds: dict[str, int] = defaultdict(int)
    for vote in votes:
        kinds[vote["kind"]] += vote["votes"]
    return {
        "cited_title": titles[0] if titles else "",
        "kind": max(kinds, key=lambda kind: kinds[kind]),
        "url": identity.of_url(urls[0]).url if urls else "",
    }


def _store_file_tags(digest: Digest, topics: Collection[Topic]) -> int:
    """Give each topic the tags of its digest that it mentions and no editor took off it."""
    of_digest = [(tagging.name, tagging.tag_id) for tagging in digest.taggings.all()]
    of_topics: dict[int, dict[int, TaggedTopic]] = defaultdict(dict)
    for tagging in TaggedTopic.objects.filter(content_object__in=topics):
        of_topics[tagging.content_object_id][tagging.tag_id] = tagging
    rejected = set(RejectedTag.objects.filter(topic__in=topics).values_list("topic_id", "tag_id"))
    new, obsolete = [], []
    for topic in topics:
        words = f"{topic.title}\n{topic.body}"
        wanted = [
            tag
            for name, tag in of_digest
            if (topic.pk, tag) not in rejected and text.mentions(words, name)
        ]
        taggings = of_topics[topic.pk]
        new += [
            TaggedTopic(content_object=topic, tag_id=tag, origin=TagOrigin.FILE)
            for tag in wanted
            if tag not in taggings
        ]
        obsolete += [
            tagging
            for tagging in taggings.values()
            if tagging.origin == TagOrigin.FILE and tagging.tag_id not in wanted
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
