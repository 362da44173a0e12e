"""The list of all tags, sorted by use or by name."""

from collections import Counter
from itertools import accumulate

from django.db.models import Count
from django.db.models.functions import Left

from digests.models import Reader, Tag, TagQuerySet
from digests.pinyin import initial


def listed_tags(user: Reader, name: str, *, by_name: bool) -> TagQuerySet:
    """Tags in use whose name contains ``name``; all if that is empty."""
    tags = Tag.objects.visible_to(user).used()
    if name:
        tags = tags.named_like(name)
    return tags.by_name() if by_name else tags.most_used_first()


def letters(tags: TagQuerySet, size: int) -> list[tuple[str, int, int]]:
    """The index of a list that is sorted by name, with ``size`` tags on a page: each letter with
    the number of its tags and the page on which they begin. One query."""
    firsts = tags.order_by().annotate(first=Left("sort_key", 1)).values_list("first")
    counts: Counter[str] = Counter()
    for first, count in sorted(firsts.annotate(n=Count("pk"))):
        counts[initial(first)] += count
    starts = accumulate(counts.values(), initial=0)
    return [(*row, start // size + 1) for row, start in zip(counts.items(), starts, strict=False)]
