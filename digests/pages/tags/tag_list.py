"""The list of all tags, sorted by use or by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count
from django.db.models.functions import Left

from digests.models import Reader, Tag, TagQuerySet
from digests.pinyin import initial


@dataclass(frozen=True)
class Letter:
    """An entry of the index: a letter, or none, and the page on which its tags begin."""

    name: str
    count: int
    page: int

    @property
    def anchor(self) -> str:
        return anchor_of(self.name)


@dataclass(frozen=True)
class TagsOfLetter:
    name: str
    tags: list[Tag]

    @property
    def anchor(self) -> str:
        return anchor_of(self.name)


def anchor_of(letter: str) -> str:
    return f"letter-{letter.lower() if letter.isalpha() else 'none'}"


def listed_tags(user: Reader, name: str, *, by_name: bool) -> TagQuerySet:
    """Tags in use whose name contains ``name``; all if that is empty."""
    tags = Tag.objects.visible_to(user).used()
    if name:
        tags = tags.named_like(name)
    return tags.by_name() if by_name else tags.most_used_first()


def letters(tags: TagQuerySet, size: int) -> list[Letter]:
    """The index of a list that is sorted by name, with ``size`` tags on a page. One query."""
    firsts = tags.order_by().annotate(first=Left("sort_key", 1)).values_list("first")
    counts: dict[str, int] = {}
    for first, count in sorted(firsts.annotate(n=Count("pk"))):
        counts[initial(first)] = counts.get(initial(first), 0) + count
    found, before = [], 0
    for name, count in counts.items():
        found.append(Letter(name, count, before // size + 1))
        before += count
    return found


def by_letter(tags: Iterable[Tag]) -> list[TagsOfLetter]:
    """Group tags by letter. They must be sorted by name."""
    groups = groupby(tags, key=lambda tag: initial(tag.sort_key))
    return [TagsOfLetter(name, list(group)) for name, group in groups]
