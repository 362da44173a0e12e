"""Search documents, built from rows of topics, digests, tags and references.

A document holds the plain text that readers see. An `Entry` is what an engine stores of it. The
documents built here are not saved yet.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from math import floor
from typing import Any, NamedTuple, TypeVar

from django.utils import timezone

from digests.grouping import grouped, grouped_by
from digests.models import (
    Citation,
    Digest,
    DigestAlias,
    Point,
    Reference,
    SearchDocument,
    SearchWord,
    Tag,
    TaggedDigest,
    TaggedTopic,
    Topic,
)
from digests.search.engines import Collection as Searched
from digests.search.engines.requests import Entry
from digests.search.language import tokenizer
from digests.search.language.tree import Filter, filter_value
from digests.vocabulary import DocumentKind, PointKind

_Value = TypeVar("_Value")
_SAME_SECOND = 1 << 24
_NAMED = (DocumentKind.DIGEST, DocumentKind.TAG, DocumentKind.REFERENCE)
COLLECTIONS = {DocumentKind.TOPIC: Searched.TOPICS, **dict.fromkeys(_NAMED, Searched.NAMES)}


def first_document_id(moment: datetime) -> int:
    """The lowest document id of topics whose digest was published at this moment or later."""
    return floor(moment.timestamp()) * _SAME_SECOND


def of_topics(topics: Collection[int]) -> dict[int, SearchDocument]:
    """The documents of the live ones of these topics, by topic id. Five queries."""
    taggings = TaggedTopic.objects.filter(content_object__in=topics).select_related("tag")
    tags = grouped((each.content_object_id, each.tag) for each in taggings.order_by("pk"))
    points_in_order = Point.objects.filter(topic__in=topics).order_by("position")
    points = grouped_by(points_in_order, lambda point: point.topic_id)
    citations = Citation.objects.filter(topic__in=topics).order_by("position")
    cited = citations.values_list("topic", "reference", "text")
    references = _references((topic, reference) for topic, reference, _ in cited)
    listed = grouped((topic, text) for topic, _, text in cited if text)
    renamed = DigestAlias.objects.filter(digest__topics__in=topics).distinct()
    aliases = grouped(renamed.values_list("digest", "slug"))
    live = Topic.objects.live().filter(pk__in=topics).select_related("digest")
    columns = ("title", "prose", "edited_at", "digest__slug", "digest__published_at")
    return {
        topic.pk: _of_topic(
            _TopicRows(
                topic,
                points=points[topic.pk],
                tags=tags[topic.pk],
                references=references[topic.pk],
                listed="\n".join(listed[topic.pk]),
                slugs=[topic.digest.slug, *aliases[topic.digest_id]],
            )
        )
        for topic in live.only(*columns)
    }


def of_digests(digests: Collection[int]) -> dict[int, SearchDocument]:
    """The documents of digests by digest id, with their texts before the first topic. Four
    queries."""
    taggings = TaggedDigest.objects.filter(content_object__in=digests).order_by("pk")
    tags = grouped(taggings.values_list("content_object", "tag"))
    citations = Citation.objects.filter(digest__in=digests).order_by("position")
    references = _references(citations.values_list("digest", "reference"))
    return {
        row.pk: _of_name(
            DocumentKind.DIGEST,
            row,
            [row.preamble_text, row.slug],
            tag_ids=tags[row.pk],
            cites=_cites(references[row.pk]),
        )
        for row in Digest.objects.filter(pk__in=digests).only("title", "slug", "preamble_text")
    }


def of_tags(tags: Collection[int]) -> dict[int, SearchDocument]:
    """The documents of the tags that something has, by tag id. One query."""
    rows = Tag.objects.used().filter(pk__in=tags)
    return {row.pk: _of_name(DocumentKind.TAG, row, []) for row in rows}


def of_references(references: Collection[int]) -> dict[int, SearchDocument]:
    """The documents of the references that something cites, by reference id. One query."""
    return {
        row.pk: _of_name(
            DocumentKind.REFERENCE,
            row,
            [row.cited_title, *_addresses(row)],
            [Filter("kind", row.kind)],
        )
        for row in Reference.objects.cited().filter(pk__in=references)
    }


class Analysis(NamedTuple):
    """A document for the engine; and the words of a topic to which typing errors are corrected:
    Chinese and Latin words, and whole tags."""

    entry: Entry
    words: set[str]


def analyze(document: SearchDocument) -> Analysis:
    texts = document.texts
    conclusions = [text for kind, _, text in texts["points"] if kind == PointKind.CONCLUSION]
    others = [text for kind, _, text in texts["points"] if kind != PointKind.CONCLUSION]
    labels = [label for _, label, _ in texts["points"]]
    folded = {
        "title": tokenizer.fold(document.title),
        "tags": _folded(texts["tags"]),
        "conclusions": _folded(conclusions),
        "points": _folded(others),
        "body": _folded([texts["body"], *labels]),
        "references": _folded([texts["references"]]),
    }
    visible = "\n".join(folded.values())
    addresses = _folded(texts["addresses"])
    words = tokenizer.words(visible)
    tokens = {name: tokenizer.tokens(text) for name, text in folded.items()}
    tokens["references"] += [tokenizer.BREAK, *tokenizer.tokens(addresses)]
    entry = Entry(
        document_id=document.place,
        words=sorted(words),
        characters=sorted(tokenizer.characters(visible + addresses)),
        title_characters=sorted(tokenizer.characters(folded["title"])),
        filters=texts["filters"],
        **tokens,
    )
    named = words | tokenizer.latin_words(visible) | set(folded["tags"].split("\n"))
    return Analysis(entry, {word for word in named if 1 < len(word) <= SearchWord.LENGTH})


class _TopicRows(NamedTuple):
    """A topic with the rows that its document shows.

    ``listed`` are its reference lists as written, ``slugs`` all present and former slugs of its
    digest.
    """

    topic: Topic
    points: Sequence[Point]
    tags: Sequence[Tag]
    references: Sequence[Reference]
    listed: str
    slugs: Sequence[str]


def _of_topic(rows: _TopicRows) -> SearchDocument:
    topic, references = rows.topic, rows.references
    titles = _not_held_by(rows.listed, (row.title for row in references))
    published_at = topic.digest.published_at
    return _document(
        DocumentKind.TOPIC,
        topic,
        # Within a second the ids decide, in the order of the file, even if an editor moves topics.
        place=first_document_id(published_at) + _SAME_SECOND - 1 - topic.pk % _SAME_SECOND,
        tags=[tag.name for tag in rows.tags],
        points=[[point.kind, point.label, point.plain] for point in rows.points],
        body=topic.prose,
        references="\n".join([rows.listed, *titles]).strip(),
        addresses=[part for row in references for part in _addresses(row)],
        filters=_distinct(each.token for each in _filters(rows)),
        tag_ids=[tag.pk for tag in rows.tags],
        cites=_cites(references),
    )


def _filters(rows: _TopicRows) -> Iterator[Filter]:
    topic = rows.topic
    yield Filter("year", str(timezone.localtime(topic.digest.published_at).year))
    yield from (Filter("digest", filter_value(slug)) for slug in rows.slugs)
    for tag in rows.tags:
        yield Filter("slug", tag.slug)
        yield from (Filter("tag", filter_value(name)) for name in (tag.name, tag.slug))
    for kind, label in dict.fromkeys((point.kind, point.label) for point in rows.points):
        yield Filter("label", kind)
        if kind == PointKind.OTHER:
            yield Filter("label", filter_value(label))
    for reference in rows.references:
        yield Filter("kind", reference.kind)
        yield Filter("ref", filter_value(reference.key))
    if topic.edited_at:
        yield Filter("is", "edited")


def _not_held_by(text: str, titles: Iterable[str]) -> Iterator[str]:
    """Titles that a search for the text would miss, as RAG is in RAGAS but is not found there."""
    # A single string, because a search in it is fast even for a thousand titles.
    tokens = f" {' '.join(tokenizer.tokens(tokenizer.fold(text)))} "
    for title in titles:
        phrase = tokenizer.phrase(tokenizer.fold(title))
        sought = " ".join(["", *phrase.tokens]) + " " * (not phrase.open_ended)
        if sought not in tokens:
            yield title


def _references(cited: Iterable[tuple[int, int]]) -> dict[int, list[Reference]]:
    """The references of each row, of pairs of a row and a reference that it cites. One query."""
    distinct = _distinct(cited)
    references = Reference.objects.in_bulk({reference for _, reference in distinct})
    return grouped((row, references[reference]) for row, reference in distinct)


def _cites(references: Iterable[Reference]) -> list[list[Any]]:
    """Values of the references that a document shows, by id, so that a renamed reference changes
    the document.

    The cited title is included, because a reference is found by it even if an editor's title hides
    it.
    """
    return [
        [row.pk, row.kind, row.title, row.url, *([row.cited_title] if row.editor_title else [])]
        for row in references
    ]


def _addresses(reference: Reference) -> list[str]:
    """The URL of a reference, and its key unless that repeats title or URL."""
    key = "" if reference.scheme in {"name", "url"} else reference.key
    return [part for part in (key, reference.url) if part]


def _of_name(
    kind: DocumentKind,
    row: Digest | Tag | Reference,
    texts: Iterable[str],
    filters: Iterable[Filter] = (),
    *,
    tag_ids: Sequence[int] = (),
    cites: Sequence[Any] = (),
) -> SearchDocument:
    title = str(row)
    return _document(
        kind,
        row,
        place=row.pk * len(_NAMED) + _NAMED.index(kind),
        body="\n".join(text for text in _distinct(texts) if text and text != title),
        filters=[each.token for each in (Filter("type", kind), *filters)],
        tag_ids=list(tag_ids),
        cites=list(cites),
    )


def _document(
    kind: DocumentKind, row: Topic | Digest | Tag | Reference, place: int, **texts: Any
) -> SearchDocument:
    return SearchDocument(
        kind=kind,
        object_id=row.pk,
        collection=COLLECTIONS[kind],
        place=place,
        title=str(row),
        texts={"tags": [], "points": [], "references": "", "addresses": [], **texts},
        analyzer_version=tokenizer.ANALYZER_VERSION,
    )


def _folded(texts: Iterable[str]) -> str:
    return tokenizer.fold("\n".join(texts))


def _distinct(values: Iterable[_Value]) -> list[_Value]:
    return list(dict.fromkeys(values))
