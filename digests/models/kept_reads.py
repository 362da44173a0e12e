"""Reads of the rows of one topic that a write makes once, though several of its parts ask for
them."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, models

from digests.models.points import Point
from digests.models.references import Citation
from digests.models.statements import Slot, Statement
from digests.models.tags import TaggedTopic


class _Whole(NamedTuple):
    """The column that names the topic, that of the order, and all that any part of a write asks
    for."""

    owner: str
    order: str
    columns: tuple[str, ...]


_WHOLE: dict[type[models.Model], _Whole] = {
    TaggedTopic: _Whole(
        "content_object", "pk", ("id", "content_object", "tag", "origin", "tag__name", "tag__slug")
    ),
    Point: _Whole(
        "topic",
        "position",
        ("topic", "position", "label", "kind", "ordinal", "text", "html", "plain"),
    ),
    Citation: _Whole(
        "topic",
        "position",
        (
            *("topic", "digest", "reference", "position", "item", "group", "label", "kind"),
            *("title", "url", "html", "text", "sentences", "reference__key"),
        ),
    ),
}


class KeptReads:
    """The rows of the topic that a write has read last, of each table, until it changes that table
    or one that is joined to it. It must be told of each statement that writes, and is kept among
    the wrappers of the connection's statements."""

    def __init__(self) -> None:
        self._kept: dict[type[models.Model], tuple[Any, list[tuple[Any, ...]]]] = {}

    def rows(self, model: type[models.Model], topic: Any) -> list[tuple[Any, ...]]:
        """All rows of a topic in their order. One query the first time."""
        kept, rows = self._kept.get(model, (None, []))
        if kept != topic:
            rows = _statement(model).rows(topic)
            self._kept[model] = topic, rows
        return rows

    def forget(self, written: str) -> None:
        """Forget the rows of all tables that this SQL names."""
        for model in [*self._kept]:
            if any(table in written for table in _tables(model)):
                del self._kept[model]

    def forget_all(self) -> None:
        self._kept = {}


def kept_rows(
    model: type[models.Model], names: tuple[str, ...], owner: str, topic: Any, order: Sequence[str]
) -> list[tuple[Any, ...]] | None:
    """These columns of the rows of a topic; None if such rows are not kept in this order, or if
    nothing is being written."""
    if model not in _WHOLE or _WHOLE[model].owner != owner:
        return None
    if {*order} - {_WHOLE[model].order}:
        return None
    wrappers: list[Any] = connection.execute_wrappers
    kept = next((each for each in wrappers if isinstance(each, KeptReads)), None)
    places = _places(model, names)
    if kept is None or places is None:
        return None
    return [tuple([row[place] for place in places]) for row in kept.rows(model, topic)]


@cache
def _statement(model: type[models.Model]) -> Statement:
    whole = _WHOLE[model]
    rows = model._default_manager.filter(**{whole.owner: Slot(0)}).order_by(whole.order)
    return Statement.of(rows.values_list(*whole.columns))


@cache
def _places(model: type[models.Model], names: tuple[str, ...]) -> list[int] | None:
    """The places of columns in what is kept; None if one is not."""
    columns, wanted = _WHOLE[model].columns, [_name(model, name) for name in names]
    return [columns.index(name) for name in wanted] if {*wanted} <= {*columns} else None


def _name(model: type[models.Model], name: str) -> str:
    if "__" in name:
        return name
    return model._meta.pk.name if name == "pk" else model._meta.get_field(name).name


@cache
def _tables(model: type[models.Model]) -> list[str]:
    joined = {name.partition("__")[0] for name in _WHOLE[model].columns if "__" in name}
    of: list[Any] = [model, *(model._meta.get_field(name).related_model for name in joined)]
    return [each._meta.db_table for each in of]
