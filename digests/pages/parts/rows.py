"""Queries for rows that several pages list, and for parts of texts."""

from collections.abc import Iterable
from typing import Any, Protocol

from django.db.models import Count, Q, QuerySet

from digests.models import (
    Citation,
    CitationQuerySet,
    Digest,
    DigestQuerySet,
    Reader,
    Reference,
    Tag,
    TaggedTopic,
    Topic,
)
from digests.models.kept import kept_models
from digests.models.statements import Slot

# Number of the newest topics that a page counts instead of all, which may be very many.
LATEST = 100
TAGS_OFFERED = 12


class Named(Protocol):
    """A row that ``str`` gives the title of."""

    @property
    def pk(self) -> Any: ...


class Addressed(Named, Protocol):
    """A row that has a page."""

    def get_absolute_url(self) -> str: ...


# Characters of a title in lists. A whole one stands on its page.
LONGEST_TITLE = 200


def named(row: Named) -> str:
    """The title of a row, cut as in lists; its id if an editor left the title empty."""
    return title_or_id(str(row), row.pk)


def named_in_full(row: Named) -> str:
    return str(row).strip() or f"#{row.pk}"


def title_or_id(title: str, pk: int) -> str:
    title = title.strip() or f"#{pk}"
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"


def listed_digests(user: Reader) -> DigestQuerySet:
    digests = Digest.objects.visible_to(user).newest_first()
    return digests.with_topic_count(user).without_texts()


@kept_models
def contents(user: Reader, digests: Slot) -> QuerySet[Topic]:
    """Topics of digests of these ids, with the columns that tables of contents show."""
    topics = Topic.objects.visible_to(user).filter(digest__one_of=digests).order_by("position")
    return topics.only("digest", "position", "number", "heading", "title")


def references_by_id(user: Reader, pks: Iterable[int]) -> dict[int, Reference]:
    """References of these ids. One query."""
    return {reference.pk: reference for reference in _references(user, list(pks))}


@kept_models
def _references(user: Reader, pks: Slot) -> QuerySet[Reference]:
    return Reference.objects.visible_to(user).filter(pk__one_of=pks).order_by()


def citations_of(user: Reader, of: Q) -> CitationQuerySet:
    """Citations of the texts that ``of`` names by their ids, in their order, each with its
    reference. An OR across a join would read every citation in the table."""
    found = Citation.objects.visible_to(user, archived=True).filter(of)
    return found.select_related("reference").defer("text", "sentences").order_by("position")


def tags_among(user: Reader, topics: QuerySet[Any, Any]) -> list[Tag]:
    """The most frequent tags of these topics. ``topics``: a query of topic ids."""
    taggings = TaggedTopic.objects.visible_to(user).filter(content_object__in=topics)
    tags = Tag.objects.visible_to(user).filter(tagged_topics__in=taggings)
    return list(tags.annotate(n=Count("pk")).order_by("-n", "name")[:TAGS_OFFERED])
