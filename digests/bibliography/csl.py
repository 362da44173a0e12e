"""CSL-JSON, one array of items (https://docs.citationstyles.org/en/stable/specification.html)."""

import json
from collections.abc import Iterable, Iterator

from digests.bibliography.publications import Publication
from digests.vocabulary import ReferenceKind

_WEB_PAGE = ("webpage", "document")
# The type of each kind, with an address and without.
_TYPES = {
    # The type for a preprint is article: no journal is known.
    ReferenceKind.PAPER: ("article", "article"),
    ReferenceKind.CODE: ("software", "software"),
    ReferenceKind.MODEL: ("software", "software"),
    ReferenceKind.DATASET: ("dataset", "dataset"),
    ReferenceKind.VIDEO: ("motion_picture", "motion_picture"),
    ReferenceKind.BLOG: ("post-weblog", "post-weblog"),
    ReferenceKind.DEMO: _WEB_PAGE,
    ReferenceKind.ARTICLE: _WEB_PAGE,
    ReferenceKind.PROJECT: _WEB_PAGE,
    ReferenceKind.DOCUMENTATION: _WEB_PAGE,
    ReferenceKind.OTHER: _WEB_PAGE,
}


def csl_json(publications: Iterable[Publication]) -> Iterator[str]:
    between = "[\n"
    for publication in publications:
        yield between + json.dumps(_item(publication), ensure_ascii=False)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def _item(publication: Publication) -> dict[str, str]:
    item = {
        "id": publication.citation_key,
        "type": publication.type_in(_TYPES),
        "title": publication.title_line,
        "DOI": publication.doi,
        "URL": publication.address,
    }
    if publication.archive:
        item["archive"], item["archive_location"] = publication.archive
    return {name: value for name, value in item.items() if value}
