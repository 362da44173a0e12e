"""References in the formats of citation managers: BibTeX, RIS, CSL-JSON.

An entry has a title, a URL and an identifier, because digests hold nothing else. A citation manager
fetches authors and years by the identifier. The year and month in an arXiv number are not exported:
they are those of the submission, and none of the three formats has a field for that.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from digests.bibliography.bibtex import bibtex
from digests.bibliography.csl import csl_json
from digests.bibliography.publications import Publication
from digests.bibliography.ris import ris

__all__ = ["FORMATS", "Format", "Publication"]


@dataclass(frozen=True)
class Format:
    """A file format. ``write`` yields the file in pieces, so that a response can stream it."""

    name: str
    suffix: str
    content_type: str
    write: Callable[[Iterable[Publication]], Iterator[str]]


FORMATS = {
    format_.suffix: format_
    for format_ in [
        Format("BibTeX", "bib", "application/x-bibtex; charset=utf-8", bibtex),
        Format("RIS", "ris", "application/x-research-info-systems; charset=utf-8", ris),
        Format("CSL-JSON", "csl.json", "application/vnd.citationstyles.csl+json", csl_json),
    ]
}
