"""References in the formats of citation managers: BibTeX, RIS, CSL-JSON.

They say what the digests say and nothing else: title, address, identifier. Authors and years stand
in no digest, so they stand in no entry; a manager fetches them by the identifier. arXiv's numbers
begin with a year and a month, but of when they were given out: no field of all three is for that.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from digests.bibliography.bibtex import bibtex
from digests.bibliography.csl import csl_json
from digests.bibliography.ris import ris
from digests.bibliography.works import Work

__all__ = ["FORMATS", "Format", "Work"]


@dataclass(frozen=True)
class Format:
    """``write`` gives the file piece by piece, so that a long one need not be held."""

    name: str
    suffix: str
    content_type: str
    write: Callable[[Iterable[Work]], Iterator[str]]


FORMATS = {
    format_.suffix: format_
    for format_ in [
        Format("BibTeX", "bib", "application/x-bibtex; charset=utf-8", bibtex),
        Format("RIS", "ris", "application/x-research-info-systems; charset=utf-8", ris),
        Format("CSL-JSON", "csl.json", "application/vnd.citationstyles.csl+json", csl_json),
    ]
}
