"""The newest rows of a list, found without a look at the others."""

from collections.abc import Callable
from math import ceil
from typing import Any

from django.db.models import QuerySet

from digests.models import Digest, Reader

# Digests that are searched for each row that is wanted: a few, where each has several of the rows,
# then more.
_SEARCHED = (0.25, 2, 16)


def newest_rows(
    user: Reader,
    all_rows: QuerySet[Any, Any],
    of_digests: Callable[[QuerySet[Any, Any]], QuerySet[Any, Any]],
    shown: slice,
) -> list[Any]:
    """The part that a page shows of a list in which rows of newer digests come first.

    ``of_digests`` gives those of ``all_rows`` that belong to some digests, given as a query of
    ids, in the same order. Only the newest digests are searched at first, because a database sorts
    all rows of a list. One query where each digest has such rows, up to four where few have.
    """
    newest = Digest.objects.visible_to(user).newest_first().values("pk")
    for searched in _SEARCHED:
        rows = list(of_digests(newest[: ceil(searched * shown.stop)])[shown])
        if len(rows) == shown.stop - shown.start:
            return rows
    return list(all_rows[shown])
