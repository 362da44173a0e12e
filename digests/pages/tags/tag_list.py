"""The list of all tags, by use or by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count
from django.db.models.functions import Left

from digests.models import Reader, Tag, TagQuerySet
from digests.pinyin import initial


@dataclass(frozen=True)
class Letter:
    """The tags of a letter, or of none, and the page of the list that they begin on."""

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
    """Tags in use whose name holds ``name``; all of them if that is empty."""
    tags = Tag.objects.visible_to(user).used()
    if name:
        tags = tags.named_like(name)
    return tags.by_name() if by_name else tags.most_used_first()


def letters(tags: TagQuerySet, size: int) -> list[Letter]:
    """Index of a list by name with ``size`` tags a page. One query."""
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
    """Group tags, which are in the order of their names."""
    groups = groupby(tags, key=lambda tag: initial(tag.sort_key))
    return [TagsOfLetter(name, list(group)) for name, group in groups]
