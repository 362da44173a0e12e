"""CSL-JSON, one array of items (https://docs.citationstyles.org/en/stable/specification.html)."""

import json
from collections.abc import Iterable, Iterator

from digests.bibliography.publications import Publication
from digests.vocabulary import ReferenceKind

_TYPES = {
    ReferenceKind.PAPER: "article",  # the type for a preprint: no journal is known
    ReferenceKind.CODE: "software",
    ReferenceKind.MODEL: "software",
    ReferenceKind.DATASET: "dataset",
    ReferenceKind.VIDEO: "motion_picture",
    ReferenceKind.BLOG: "post-weblog",
}
"""The types of kinds that have one; all others are web pages, or documents without an address."""


def csl_json(publications: Iterable[Publication]) -> Iterator[str]:
    between = "[\n"
    for publication in publications:
        yield between + json.dumps(_item(publication), ensure_ascii=False)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def _item(publication: Publication) -> dict[str, str]:
    web_page = "webpage" if publication.url else "document"
    item = {
        "id": publication.citation_key,
        "type": _TYPES.get(publication.kind, web_page),
        "title": publication.title_line,
        "DOI": publication.doi,
        "URL": publication.address,
    }
    if publication.archive:
        item["archive"], item["archive_location"] = publication.archive
    return {name: value for name, value in item.items() if value}
