"""Search documents, built from rows of topics, digests, tags and references.

A document holds the plain text that readers see. An `Entry` is what an engine stores of it. The
documents built here are not saved yet.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from math import floor
from typing import Any, NamedTuple, TypeVar

from django.utils import timezone

from digests import identity
from digests.grouping import grouped
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
from digests.models.bulk import select_rows
from digests.search.engines import Collection as Searched
from digests.search.engines.requests import Entry
from digests.search.language import tokenizer
from digests.search.language.tree import Filter, filter_value
from digests.vocabulary import DocumentKind, PointKind, TopicStatus

_Value = TypeVar("_Value")
_SAME_SECOND = 1 << 24
_TOPIC = ("pk", "digest", "title", "prose", "edited_at", "digest__slug", "digest__published_at")
_NAMED = (DocumentKind.DIGEST, DocumentKind.TAG, DocumentKind.REFERENCE)
COLLECTIONS = {DocumentKind.TOPIC: Searched.TOPICS, **dict.fromkeys(_NAMED, Searched.NAMES)}


def first_document_id(moment: datetime) -> int:
    """The lowest document id of topics whose digest was published at this moment or later."""
    return floor(moment.timestamp()) * _SAME_SECOND


def year_of(document_id: int) -> int:
    """The year in which the digest of a topic with this document id was published."""
    seconds = document_id // _SAME_SECOND
    return datetime.fromtimestamp(seconds, timezone.get_current_timezone()).year


def of_topics(topics: Collection[int]) -> dict[int, SearchDocument]:
    """The documents of the live ones of these topics, by topic id. Five queries.

    A topic is found by what it says itself, its tags, and the keys of what it cites or names by an
    identifier. So no document of a topic changes with what other texts call a reference.
    """
    rows = select_rows(Topic, _TOPIC, "pk", topics, status=TopicStatus.LIVE.value)
    live = {row[0]: _Topic(*row) for row in rows}
    owner = "content_object"
    rows = select_rows(TaggedTopic, (owner, "tag__name", "tag__slug"), owner, live, "pk")
    tags = grouped((topic, _Tag(*columns)) for topic, *columns in rows)
    rows = select_rows(Point, ("topic", *_Point._fields), "topic", live, "position")
    points = grouped((topic, _Point(*columns)) for topic, *columns in rows)
    cited = ("topic", "kind", "url", "text", "reference__key")
    rows = select_rows(Citation, cited, "topic", live, "position")
    citations = grouped((topic, _Cited(*columns)) for topic, *columns in rows)
    ids = {topic.digest for topic in live.values()}
    slugs: Mapping[int, list[str]]
    slugs = grouped(select_rows(DigestAlias, ("digest", "slug"), "digest", ids))
    return {
        pk: _of_topic(topic, slugs[topic.digest], tags[pk], points[pk], citations[pk])
        for pk, topic in live.items()
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


class _Topic(NamedTuple):
    """The columns `_TOPIC`."""

    pk: int
    digest: int
    title: str
    prose: str
    edited_at: datetime | None
    slug: str
    published_at: datetime


class _Tag(NamedTuple):
    name: str
    slug: str


class _Point(NamedTuple):
    kind: str
    label: str
    plain: str


class _Cited(NamedTuple):
    """A citation as a topic writes it: its kind and URL, and the text of its entry in a list."""

    kind: str
    url: str
    text: str
    key: str

    @property
    def addresses(self) -> list[str]:
        """The key unless that repeats name or URL, and the URL."""
        return _addresses(self.key, self.url)


def _of_topic(
    topic: _Topic,
    former_slugs: Sequence[str],
    tags: Sequence[_Tag],
    points: Sequence[_Point],
    citations: Sequence[_Cited],
) -> SearchDocument:
    addresses = (part for cited in citations for part in cited.addresses)
    references = "\n".join(cited.text for cited in citations if cited.text)
    texts = [topic.title, topic.prose, *(point.plain for point in points), references]
    in_second = _SAME_SECOND - 1 - topic.pk % _SAME_SECOND
    filters: list[Iterable[Filter]] = [
        _filters_of_digest(topic, former_slugs),
        _filters_of_tags(tags),
        _filters_of_points(points),
        _filters_of_citations(citations),
        (Filter("ref", filter_value(key)) for key in identity.identifiers_in("\n".join(texts))),
        [Filter("is", "edited")] if topic.edited_at else [],
    ]
    return _document(
        DocumentKind.TOPIC,
        topic.pk,
        topic.title,
        # Within a second the ids decide, in the order of the file, even if an editor moves topics.
        place=first_document_id(topic.published_at) + in_second,
        tags=[tag.name for tag in tags],
        points=[[*point] for point in points],
        body=topic.prose,
        references=references,
        addresses=_distinct(addresses),
        filters=_distinct(each.token for each in chain(*filters)),
    )


def _filters_of_digest(topic: _Topic, former_slugs: Iterable[str]) -> Iterator[Filter]:
    yield Filter("year", str(timezone.localtime(topic.published_at).year))
    yield from (Filter("digest", filter_value(slug)) for slug in (topic.slug, *former_slugs))


def _filters_of_tags(tags: Iterable[_Tag]) -> Iterator[Filter]:
    for tag in tags:
        yield Filter("slug", tag.slug)
        yield from (Filter("tag", filter_value(name)) for name in tag)


def _filters_of_points(points: Iterable[_Point]) -> Iterator[Filter]:
    for kind, label in dict.fromkeys((point.kind, point.label) for point in points):
        yield Filter("label", kind)
        if kind == PointKind.OTHER:
            yield Filter("label", filter_value(label))


def _filters_of_citations(citations: Iterable[_Cited]) -> Iterator[Filter]:
    for cited in citations:
        yield Filter("kind", cited.kind)
        yield Filter("ref", filter_value(cited.key))


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
        row.pk,
        title,
        place=row.pk * len(_NAMED) + _NAMED.index(kind),
        body="\n".join(text for text in _distinct(texts) if text and text != title),
        filters=[each.token for each in (Filter("type", kind), *filters)],
    )


def _document(kind: DocumentKind, pk: int, title: str, place: int, **texts: Any) -> SearchDocument:
    return SearchDocument(
        kind=kind.value,
        object_id=pk,
        collection=COLLECTIONS[kind].value,
        place=place,
        title=title,
        texts={"tags": [], "points": [], "references": "", "addresses": [], **texts},
        analyzer_version=tokenizer.ANALYZER_VERSION,
    )


def _distinct(values: Iterable[_Value]) -> list[_Value]:
    return list(dict.fromkeys(values))
