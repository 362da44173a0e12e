"""CSL-JSON, one array of items (https://docs.citationstyles.org/en/stable/specification.html)."""

import json
from collections.abc import Iterable, Iterator

from digests.bibliography.works import Work
from digests.vocabulary import ReferenceKind

_TYPES = {
    ReferenceKind.PAPER: "article",  # of which it is not said where it came out
    ReferenceKind.CODE: "software",
    ReferenceKind.MODEL: "software",
    ReferenceKind.DATASET: "dataset",
    ReferenceKind.VIDEO: "motion_picture",
    ReferenceKind.BLOG: "post-weblog",
}


def csl_json(works: Iterable[Work]) -> Iterator[str]:
    between = "[\n"
    for work in works:
        yield between + json.dumps(_item(work), ensure_ascii=False)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def _item(work: Work) -> dict[str, str]:
    item = {
        "id": work.citation_key,
        "type": _TYPES.get(work.kind, "webpage" if work.url else "document"),
        "title": work.title_line,
        "DOI": work.doi,
        "URL": work.address,
    }
    if work.archive:
        item["archive"], item["archive_location"] = work.archive
    return {name: value for name, value in item.items() if value}
