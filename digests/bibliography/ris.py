"""RIS: a field a line, its tag in front; lines end in CR LF."""

from collections.abc import Iterable, Iterator

from digests.bibliography.works import Work
from digests.vocabulary import ReferenceKind

_TYPES = {
    ReferenceKind.CODE: "COMP",
    ReferenceKind.MODEL: "COMP",
    ReferenceKind.DATASET: "DATA",
    ReferenceKind.VIDEO: "VIDEO",
}
_TYPES_WITH_ADDRESS = {
    ReferenceKind.PAPER: "EJOUR",  # an electronic article; JOUR would say that a journal printed it
    ReferenceKind.BLOG: "BLOG",
}


def ris(works: Iterable[Work]) -> Iterator[str]:
    for work in works:
        lines = "".join(f"{tag}  - {value}\r\n" for tag, value in _fields(work))
        yield f"{lines}ER  - \r\n\r\n"


def _type(work: Work) -> str:
    on_the_web = _TYPES_WITH_ADDRESS.get(work.kind, "ELEC") if work.url else "GEN"
    return _TYPES.get(work.kind, on_the_web)


def _fields(work: Work) -> Iterator[tuple[str, str]]:
    yield "TY", _type(work)
    yield "ID", work.citation_key
    if title := work.title_line:
        yield "TI", title
    if work.doi:
        yield "DO", work.doi
    if work.archive:
        yield from zip(("DB", "AN"), work.archive, strict=True)  # database, accession number
    if work.url:
        yield "UR", work.address
