"""Descriptions of a query and its notes in the language of the site."""

from collections.abc import Iterable

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from digests.search.language import Note, NoteCode, Query
from digests.search.language.tree import And, Days, Filter, Node, Not, Or, Text
from digests.vocabulary import PointKind, ReferenceKind

_LONGEST = 60  # characters of the query that a sentence quotes

_FILTERS = {
    "tag": gettext_lazy("tag %(value)s"),
    "label": gettext_lazy("label %(value)s"),
    "kind": gettext_lazy("kind of reference %(value)s"),
    "ref": gettext_lazy("reference %(value)s"),
    "digest": gettext_lazy("digest %(value)s"),
}
_STATES = {"edited": gettext_lazy("edited since import")}
_KINDS: dict[str, dict[str, object]] = {
    "label": dict(PointKind.choices),
    "kind": dict(ReferenceKind.choices),
}
_NOTES = {
    NoteCode.UNKNOWN_FIELD: gettext_lazy(
        "“%(text)s” was searched as text, as it names nothing that topics can be filtered by."
    ),
    NoteCode.TOO_LONG: gettext_lazy(
        "The query is too long: everything from “%(text)s” on was left out."
    ),
    NoteCode.WORD_TOO_LONG: gettext_lazy(
        "A word is too long; only its beginning was searched for, if at all: “%(text)s”"
    ),
    NoteCode.NOTHING_TO_FIND: gettext_lazy(
        "“%(text)s” holds no letter, digit or emoji to look for."
    ),
    NoteCode.DATE_IN_OR: gettext_lazy("“%(text)s” counts for the whole query."),
}


def described(query: Query) -> str:
    """Describe the conditions of a query in one line; empty if it has none."""
    conditions = [_conditions(query.node)] if query.node is not None else []
    return _listed([*conditions, *_days(query.days)])


def said(note: Note) -> str:
    return _NOTES[note.code] % {"text": _short(note.text)}


def _conditions(node: Node) -> str:
    match node:
        case Text():
            return _("with “%(text)s”") % {"text": _short(node.typed)}
        case Filter():
            return _filter(node)
        case Not(part=Text(typed=typed)):
            return _("without “%(text)s”") % {"text": _short(typed)}
        case Not(part=part):
            return _("not %(condition)s") % {"condition": _grouped(part)}
        case Or(parts=parts):
            return pgettext("between conditions", " or ").join(map(_grouped, parts))
        case And(parts=parts):
            texts = [_conditions(part) for part in parts if isinstance(part, Text)]
            others = [_grouped(part) for part in parts if not isinstance(part, Text)]
            return _listed([pgettext("between conditions", " and ").join(texts), *others])


def _grouped(node: Node) -> str:
    """Describe a part of a tree, in brackets if its conditions could be read as part of those
    around it."""
    if isinstance(node, And | Or) and len(node.parts) > 1:
        return _("(%(conditions)s)") % {"conditions": _conditions(node)}
    return _conditions(node)


def _filter(node: Filter) -> str:
    if node.field == "is" and node.value in _STATES:
        return str(_STATES[node.value])
    name = node.typed or node.value
    value = _KINDS.get(node.field, {}).get(node.value, name)
    template = _FILTERS.get(node.field)
    return template % {"value": value} if template else node.token


def _days(days: Days) -> Iterable[str]:
    if days.first:
        yield _("from %(day)s on") % {"day": days.first.isoformat()}
    if days.before:
        yield _("before %(day)s") % {"day": days.before.isoformat()}


def _listed(conditions: Iterable[str]) -> str:
    return pgettext("between conditions", ", ").join(filter(None, conditions))


def _short(typed: str) -> str:
    return Truncator(typed).chars(_LONGEST)
