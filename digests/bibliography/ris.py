"""RIS: one field per line, after its tag; lines end in CRLF."""

from collections.abc import Iterable, Iterator

from digests.bibliography.publications import Publication
from digests.vocabulary import ReferenceKind

_TYPES = {
    ReferenceKind.CODE: "COMP",
    ReferenceKind.MODEL: "COMP",
    ReferenceKind.DATASET: "DATA",
    ReferenceKind.VIDEO: "VIDEO",
}
_TYPES_ONLINE = {
    ReferenceKind.PAPER: "EJOUR",  # an electronic article; JOUR claims a printed journal
    ReferenceKind.BLOG: "BLOG",
}
"""The types of further kinds with an address. All others are electronic; generic without one."""


def ris(publications: Iterable[Publication]) -> Iterator[str]:
    for publication in publications:
        lines = "".join(f"{tag}  - {value}\r\n" for tag, value in _fields(publication))
        yield f"{lines}ER  - \r\n\r\n"


def _type(publication: Publication) -> str:
    online = _TYPES_ONLINE.get(publication.kind, "ELEC") if publication.url else "GEN"
    return _TYPES.get(publication.kind, online)


def _fields(publication: Publication) -> Iterator[tuple[str, str]]:
    yield "TY", _type(publication)
    yield "ID", publication.citation_key
    if title := publication.title_line:
        yield "TI", title
    if publication.doi:
        yield "DO", publication.doi
    if publication.archive:
        yield from zip(("DB", "AN"), publication.archive, strict=True)  # database, accession number
    if publication.url:
        yield "UR", publication.address
