"""Search documents, built from rows of topics, digests, tags and references.

A document holds the plain text that readers see. An `Entry` is what an engine stores of it. The
documents built here are not saved yet.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from math import floor
from typing import Any, NamedTuple, TypeVar

from django.utils import timezone

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

_Value = TypeVar("_Value", str, int)
_SAME_SECOND = 1 << 24
COLLECTIONS = {
    DocumentKind.TOPIC: Searched.TOPICS,
    DocumentKind.DIGEST: Searched.NAMES,
    DocumentKind.TAG: Searched.NAMES,
    DocumentKind.REFERENCE: Searched.NAMES,
}
_NAMED = (DocumentKind.DIGEST, DocumentKind.TAG, DocumentKind.REFERENCE)


def first_document_id(moment: datetime) -> int:
    """The lowest document id of topics whose digest was published at this moment or later."""
    return floor(moment.timestamp()) * _SAME_SECOND


def of_topics(topics: Collection[int]) -> dict[int, SearchDocument]:
    """The documents of the live ones of these topics, by topic id. Five queries."""
    tags_of: dict[int, list[Tag]] = defaultdict(list)
    taggings = TaggedTopic.objects.filter(content_object__in=topics).select_related("tag")
    for tagging in taggings.order_by("pk"):
        tags_of[tagging.content_object_id].append(tagging.tag)
    citations = Citation.objects.filter(topic__in=topics).order_by("position")
    listed: dict[int, list[str]] = defaultdict(list)
    references_of: dict[int, list[int]] = defaultdict(list)
    for topic, reference, text in citations.values_list("topic", "reference", "text"):
        references_of[topic].append(reference)
        listed[topic] += [text] if text else []
    references = _references(references_of)
    renamed = DigestAlias.objects.filter(digest__topics__in=topics).distinct()
    aliases = _grouped(renamed.values_list("digest", "slug"))
    live = Topic.objects.live().filter(pk__in=topics).select_related("digest")
    columns = ("title", "prose", "edited_at", "digest__slug", "digest__published_at")
    points: dict[int, list[Point]] = defaultdict(list)
    for point in Point.objects.filter(topic__in=topics).order_by("position"):
        points[point.topic_id].append(point)
    return {
        topic.pk: _of_topic(
            _TopicRows(
                topic,
                points=points[topic.pk],
                tags=tags_of[topic.pk],
                references=[references[pk] for pk in _distinct(references_of[topic.pk])],
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
    tags_of = _grouped(taggings.values_list("content_object", "tag"))
    citations = Citation.objects.filter(digest__in=digests).order_by("position")
    references_of = _grouped(citations.values_list("digest", "reference"))
    references = _references(references_of)
    return {
        row.pk: _of_name(
            DocumentKind.DIGEST,
            row,
            [row.preamble_text, row.slug],
            tag_ids=tags_of[row.pk],
            cites=_cites(references[pk] for pk in _distinct(references_of[row.pk])),
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
    """The words of a topic that typing errors are corrected to: Chinese and Latin words, and whole
    tags."""

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


def _grouped(pairs: Iterable[tuple[int, _Value]]) -> dict[int, list[_Value]]:
    found: dict[int, list[_Value]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _references(of: Mapping[int, Collection[int]]) -> dict[int, Reference]:
    return Reference.objects.in_bulk({pk for some in of.values() for pk in some})


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
