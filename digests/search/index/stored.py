"""What stands at places that an engine found, in one query."""

from collections.abc import Collection as Some
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import (
    BigIntegerField,
    Case,
    DateTimeField,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)

from digests.models import Digest, Reference, SearchDocument, Tag, Topic
from digests.search.engines.base import Collection
from digests.vocabulary import DocumentKind

_Row = TypeVar("_Row", Digest, Topic)

_SLUG = "slug="
_TAG_NAME = "tag name"


class Document(NamedTuple):
    """A stored document with what a list shows of its row beside it: ``slug`` is that of the tag,
    of the digest, or of the digest that a topic is in. The last four are a topic's."""

    collection: str
    kind: DocumentKind
    object_id: int
    place: int
    title: str
    texts: dict[str, Any]
    slug: str | None
    digest_id: int
    digest_title: str
    published_at: datetime
    number: int | None

    @property
    def topic(self) -> Topic:
        """All other columns are read when somebody asks for one."""
        topic = _row(
            Topic,
            id=self.object_id,
            title=self.title,
            number=self.number,
            digest_id=self.digest_id,
        )
        topic.digest = _row(
            Digest,
            id=self.digest_id,
            title=self.digest_title,
            slug=self.slug,
            published_at=self.published_at,
        )
        return topic

    @property
    def tags(self) -> list[Tag]:
        """Without their ids."""
        filters = self.texts["filters"]
        slugs = [each.removeprefix(_SLUG) for each in filters if each.startswith(_SLUG)]
        of_tags = zip(self.texts["tags"], slugs, strict=True)
        return [Tag(name=name, slug=slug) for name, slug in of_tags]

    @property
    def address(self) -> str:
        pk, title = self.object_id, self.title
        row: Topic | Tag | Reference | Digest
        match self.kind:
            case DocumentKind.TAG:
                row = Tag(slug=self.slug or "")
            case DocumentKind.REFERENCE:
                row = Reference(pk=pk, cited_title=title)
            case DocumentKind.DIGEST:
                row = Digest(slug=self.slug or "")
            case DocumentKind.TOPIC:
                row = Topic(pk=pk, title=title)
        return row.get_absolute_url()


class Stored:
    """``tag_names`` are by slug."""

    def __init__(self, rows: Iterable[tuple[Any, ...]] = ()) -> None:
        self.tag_names: dict[str, str] = {}
        self._at: dict[tuple[str, int], Document] = {}
        for row in rows:
            document = Document(*row)
            if document.kind == _TAG_NAME:
                self.tag_names[document.slug or ""] = document.title
            elif document.slug is not None or document.kind == DocumentKind.REFERENCE:
                self._at[document.collection, document.place] = document

    def at(self, collection: Collection, places: Sequence[int]) -> list[Document]:
        """In this order, those that there are."""
        return [document for place in places if (document := self._at.get((collection, place)))]


def stored(places: Mapping[Collection, Some[int]], slugs: Some[str] = ()) -> Stored:
    """The documents at these places, and the names of the tags of these slugs. One query."""
    if not slugs and not any(places.values()):
        return Stored()
    wanted = Q(pk__in=())
    for collection, some in places.items():
        if some:
            wanted |= Q(collection=collection, place__in=some)
    documents = _documents().filter(wanted)
    return Stored(documents.union(_tags().filter(slug__in=slugs), all=True) if slugs else documents)


# Django takes as long to put these together as databases to answer them.
@cache
def _documents() -> QuerySet[SearchDocument, tuple[Any, ...]]:
    topic = Topic.objects.filter(pk=OuterRef("object_id")).order_by()
    slugs: dict[DocumentKind, QuerySet[Any, Any]] = {
        DocumentKind.TOPIC: topic.values("digest__slug"),
        DocumentKind.TAG: Tag.objects.filter(pk=OuterRef("object_id")).order_by().values("slug"),
        DocumentKind.DIGEST: Digest.objects.filter(pk=OuterRef("object_id"))
        .order_by()
        .values("slug"),
    }
    of_topic = {
        "digest_id": "digest",
        "digest_title": "digest__title",
        "published_at": "digest__published_at",
        "number": "number",
    }
    return SearchDocument.objects.annotate(
        slug=Case(
            *(When(kind=kind, then=Subquery(one)) for kind, one in slugs.items()),
            output_field=TextField(),
        ),
        **{name: Subquery(topic.values(column)) for name, column in of_topic.items()},
    ).values_list(*Document._fields)


@cache
def _tags() -> QuerySet[Tag, tuple[Any, ...]]:
    """The names of tags, in the columns of documents."""
    return Tag.objects.order_by().values_list(
        Value(""),
        Value(_TAG_NAME),
        "pk",
        Value(0, BigIntegerField()),
        "name",
        Value({}, JSONField()),
        "slug",
        Value(None, BigIntegerField()),
        Value(None, TextField()),
        Value(None, DateTimeField()),
        Value(None, IntegerField()),
    )


def _row(model: type[_Row], **values: object) -> _Row:
    """A row of which some columns are known."""
    known = [field.attname for field in model._meta.concrete_fields if field.attname in values]
    return model.from_db(DEFAULT_DB_ALIAS, known, [values[name] for name in known])
