"""RIS: one field per line, after its tag; lines end in CRLF."""

from collections.abc import Iterable, Iterator

from digests.bibliography.publications import Publication
from digests.vocabulary import ReferenceKind

_ELECTRONIC = ("ELEC", "GEN")
# The type of each kind, with an address and without.
_TYPES = {
    ReferenceKind.PAPER: ("EJOUR", "GEN"),  # an electronic article; JOUR claims a printed journal
    ReferenceKind.CODE: ("COMP", "COMP"),
    ReferenceKind.MODEL: ("COMP", "COMP"),
    ReferenceKind.DATASET: ("DATA", "DATA"),
    ReferenceKind.VIDEO: ("VIDEO", "VIDEO"),
    ReferenceKind.BLOG: ("BLOG", "GEN"),
    ReferenceKind.DEMO: _ELECTRONIC,
    ReferenceKind.ARTICLE: _ELECTRONIC,
    ReferenceKind.PROJECT: _ELECTRONIC,
    ReferenceKind.DOCUMENTATION: _ELECTRONIC,
    ReferenceKind.OTHER: _ELECTRONIC,
}


def ris(publications: Iterable[Publication]) -> Iterator[str]:
    for publication in publications:
        lines = "".join(f"{tag}  - {value}\r\n" for tag, value in _fields(publication))
        yield f"{lines}ER  - \r\n\r\n"


def _fields(publication: Publication) -> Iterator[tuple[str, str]]:
    yield "TY", publication.type_in(_TYPES)
    yield "ID", publication.citation_key
    if title := publication.title_line:
        yield "TI", title
    if publication.doi:
        yield "DO", publication.doi
    if publication.archive:
        yield from zip(("DB", "AN"), publication.archive, strict=True)  # database, accession number
    if publication.url:
        yield "UR", publication.address
