"""References of citations: found by their keys, and created where there are none."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from digests import identity
from digests.grouping import batched
from digests.models import Reference, ReferenceAlias
from digests.models.bulk import insert_rows, select_rows
from digests.parsing.model import ParsedCitation
from digests.vocabulary import ReferenceKind

_BATCH = 500


def find_or_create_references(citations: Iterable[ParsedCitation]) -> dict[str, int]:
    """The ids of the references of citations, by their keys of today, which may be former keys.

    A new reference gets the names of its first citation, which votes may change later.
    """
    first: dict[str, ParsedCitation] = {}
    for citation in citations:
        first.setdefault(citation.key, citation)
    ids: dict[str, int] = {}
    for keys in batched(first, _BATCH):
        found = select_rows(Reference, ("key", "pk", "joined_into"), "key", keys)
        ids.update((key, joined or pk) for key, pk, joined in found)
        unknown = [key for key in keys if key not in ids]
        ids.update(select_rows(ReferenceAlias, ("key", "reference"), "key", unknown))
    new = [
        _ReferenceRow(key, "", 0, *derived_names(citation.title, citation.kind, citation.url))
        for key, citation in first.items()
        if key not in ids
    ]
    insert_rows(Reference, _ReferenceRow._fields, new)
    for rows in batched(new, _BATCH):
        ids.update(select_rows(Reference, ("key", "pk"), "key", [row.key for row in rows]))
    return ids


class DerivedNames(NamedTuple):
    """The derived columns of a reference."""

    cited_title: str
    kind: str
    url: str
    host: str


def derived_names(title: str, kind: str, url: str) -> DerivedNames:
    """The names of a reference of which citations say this."""
    cited_title = title if identity.is_title(title) else ""
    return DerivedNames(cited_title, ReferenceKind(kind).value, *_address_and_host(url))


@lru_cache(maxsize=1 << 12)  # an import asks for each address some three times
def _address_and_host(url: str) -> tuple[str, str]:
    """The address to open, and its host. A URL that today's rules refuse may have been cited under
    older rules."""
    if not url:
        return "", ""
    try:
        address = identity.of_url(url).url
    except ValueError:
        address = url
    return address, identity.host(address)


class _ReferenceRow(NamedTuple):
    key: str
    editor_title: str
    topic_count: int
    cited_title: str
    kind: str
    url: str
    host: str
