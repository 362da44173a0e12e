"""References of citations: found by their keys, and created where there are none."""

from collections.abc import Iterable
from typing import Any

from digests import identity
from digests.grouping import batched
from digests.models import Reference
from digests.parsing.model import ParsedCitation

_BATCH = 500


def find_or_create_references(citations: Iterable[ParsedCitation]) -> dict[str, int]:
    """The ids of the references of citations, by key. A new one gets the names of its first
    citation, which votes may change later."""
    first: dict[str, ParsedCitation] = {}
    for citation in citations:
        first.setdefault(citation.key, citation)
    ids: dict[str, int] = {}
    for keys in batched(first, _BATCH):
        ids.update(Reference.objects.filter(key__in=keys).values_list("key", "pk"))
    new = Reference.objects.bulk_create(
        Reference(key=key, **derived_names(citation.title, citation.kind, citation.url))
        for key, citation in first.items()
        if key not in ids
    )
    return ids | {reference.key: reference.pk for reference in new}


def derived_names(title: str, kind: str, url: str) -> dict[str, Any]:
    """The derived columns of a reference of which citations say this."""
    address = _address(url) if url else ""
    return {
        "cited_title": title if identity.is_title(title) else "",
        "kind": kind,
        "url": address,
        "host": identity.host(address) if address else "",
    }


def _address(url: str) -> str:
    """The address to open. A URL that today's rules refuse may have been cited under older
    rules."""
    try:
        return identity.of_url(url).url
    except ValueError:
        return url
