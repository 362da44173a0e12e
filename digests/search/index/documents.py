"""Search documents, built from rows of topics, digests, tags and references.

A document holds the plain text that readers see. An `Entry` is what an engine stores of it. The
documents built here are not saved yet.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from math import floor
from operator import itemgetter
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
_first = itemgetter(0)
_NAMED = (DocumentKind.DIGEST, DocumentKind.TAG, DocumentKind.REFERENCE)
COLLECTIONS = {DocumentKind.TOPIC: Searched.TOPICS, **dict.fromkeys(_NAMED, Searched.NAMES)}


def first_document_id(moment: datetime) -> int:
    """The lowest document id of topics whose digest was published at this moment or later."""
    return floor(moment.timestamp()) * _SAME_SECOND


def of_topics(topics: Collection[int]) -> dict[int, SearchDocument]:
    """The documents of the live ones of these topics, by topic id. Five queries.

    A topic is found by what it says itself, its tags, and the keys of what it cites. So no document
    of a topic changes with what other texts call a reference.
    """
    taggings = TaggedTopic.objects.filter(content_object__in=topics).select_related("tag")
    tags = grouped((each.content_object_id, each.tag) for each in taggings.order_by("pk"))
    points_in_order = Point.objects.filter(topic__in=topics).order_by("position")
    points = grouped_by(points_in_order.values_list("topic", "kind", "label", "plain"), _first)
    in_order = Citation.objects.filter(topic__in=topics).order_by("position")
    cited = in_order.values_list("topic", "kind", "url", "text", "reference__key")
    citations = grouped((topic, _Cited(*columns)) for topic, *columns in cited)
    renamed = DigestAlias.objects.filter(digest__topics__in=topics).distinct()
    aliases = grouped(renamed.values_list("digest", "slug"))
    live = Topic.objects.live().filter(pk__in=topics).select_related("digest")
    columns = ("title", "prose", "edited_at", "digest__slug", "digest__published_at")
    return {
        topic.pk: _of_topic(
            _TopicRows(
                topic,
                points=[[*point] for _, *point in points[topic.pk]],
                tags=tags[topic.pk],
                citations=citations[topic.pk],
                slugs=[topic.digest.slug, *aliases[topic.digest_id]],
            )
        )
        for topic in live.only(*columns)
    }


def of_digests(digests: Collection[int]) -> dict[int, SearchDocument]:
    """The documents of digests by digest id, with their texts before the first topic. One query."""
    rows = Digest.objects.filter(pk__in=digests).only("title", "slug", "preamble_text")
    return {
        row.pk: _of_name(DocumentKind.DIGEST, row, [row.preamble_text, row.slug]) for row in rows
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
            [row.cited_title, *_addresses(row.key, row.url)],
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
    sources = {
        "title": [document.title],
        "tags": texts["tags"],
        "conclusions": conclusions,
        "points": others,
        "body": [texts["body"], *labels],
        "references": [texts["references"]],
    }
    # Most documents are of names and have few texts.
    folded = {name: tokenizer.fold("\n".join(some)) for name, some in sources.items() if any(some)}
    tokens = {name: tokenizer.tokens(text) for name, text in folded.items()}
    visible = "\n".join(folded.values())
    addresses = tokenizer.fold("\n".join(texts["addresses"]))
    if addresses:
        of_addresses = [tokenizer.BREAK, *tokenizer.tokens(addresses)]
        tokens["references"] = [*tokens.get("references", ()), *of_addresses]
    words = tokenizer.words(visible)
    title = tokens.pop("title", [])
    entry = Entry(
        document_id=document.place,
        title=title,
        words=sorted(words),
        characters=sorted(tokenizer.characters(visible + addresses)),
        title_characters=sorted(tokenizer.characters(folded.get("title", ""))),
        filters=texts["filters"],
        **tokens,
    )
    named = words | tokenizer.latin_words(visible) | set(folded.get("tags", "").split("\n"))
    return Analysis(entry, {word for word in named if 1 < len(word) <= SearchWord.LENGTH})


class _Cited(NamedTuple):
    """What a topic writes of a reference: its kind and URL, and the text of its entry in a list."""

    kind: str
    url: str
    text: str
    key: str

    @property
    def addresses(self) -> list[str]:
        """The key unless that repeats name or URL, and the URL."""
        return _addresses(self.key, self.url)


class _TopicRows(NamedTuple):
    """A topic with the rows that its document shows. ``slugs`` are all present and former slugs of
    its digest; ``points`` are kinds, labels and texts."""

    topic: Topic
    points: Sequence[list[str]]
    tags: Sequence[Tag]
    citations: Sequence[_Cited]
    slugs: Sequence[str]


def _of_topic(rows: _TopicRows) -> SearchDocument:
    topic = rows.topic
    published_at = topic.digest.published_at
    addresses = (part for cited in rows.citations for part in cited.addresses)
    return _document(
        DocumentKind.TOPIC,
        topic,
        # Within a second the ids decide, in the order of the file, even if an editor moves topics.
        place=first_document_id(published_at) + _SAME_SECOND - 1 - topic.pk % _SAME_SECOND,
        tags=[tag.name for tag in rows.tags],
        points=rows.points,
        body=topic.prose,
        references="\n".join(cited.text for cited in rows.citations if cited.text),
        addresses=_distinct(addresses),
        filters=_distinct(each.token for each in _filters(rows)),
    )


def _filters(rows: _TopicRows) -> Iterator[Filter]:
    topic = rows.topic
    yield Filter("year", str(timezone.localtime(topic.digest.published_at).year))
    yield from (Filter("digest", filter_value(slug)) for slug in rows.slugs)
    for tag in rows.tags:
        yield Filter("slug", tag.slug)
        yield from (Filter("tag", filter_value(name)) for name in (tag.name, tag.slug))
    for kind, label in dict.fromkeys((kind, label) for kind, label, _ in rows.points):
        yield Filter("label", kind)
        if kind == PointKind.OTHER:
            yield Filter("label", filter_value(label))
    for cited in rows.citations:
        yield Filter("kind", cited.kind)
        yield Filter("ref", filter_value(cited.key))
    if topic.edited_at:
        yield Filter("is", "edited")


def _addresses(key: str, url: str) -> list[str]:
    is_repeated = key.startswith(("name:", "url:"))
    return [part for part in ("" if is_repeated else key, url) if part]


def _of_name(
    kind: DocumentKind,
    row: Digest | Tag | Reference,
    texts: Iterable[str],
    filters: Iterable[Filter] = (),
) -> SearchDocument:
    title = str(row)
    return _document(
        kind,
        row,
        place=row.pk * len(_NAMED) + _NAMED.index(kind),
        body="\n".join(text for text in _distinct(texts) if text and text != title),
        filters=[each.token for each in (Filter("type", kind), *filters)],
    )


def _document(
    kind: DocumentKind, row: Topic | Digest | Tag | Reference, place: int, **texts: Any
) -> SearchDocument:
    return SearchDocument(
        kind=kind.value,
        object_id=row.pk,
        collection=COLLECTIONS[kind].value,
        place=place,
        title=str(row),
        texts={"tags": [], "points": [], "references": "", "addresses": [], **texts},
        analyzer_version=tokenizer.ANALYZER_VERSION,
    )


def _distinct(values: Iterable[_Value]) -> list[_Value]:
    return list(dict.fromkeys(values))
