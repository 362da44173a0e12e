"""Identifiers of works, arXiv numbers and DOIs: from their text to the identity."""

import re

from digests.identity.archives import doi_page
from digests.identity.model import Identity
from digests.vocabulary import ReferenceKind

# https://info.arxiv.org/help/arxiv_identifier.html; before April 2007 with a section of
# arXiv, as in math/0309136.
ARXIV_ID = r"(?P<arxiv>\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z-]+)?/\d{7})(?:v\d+)?"

_DOI = re.compile(
    r"10\.\d{4,9}(?:\.\d+)*/[!-~]+", re.ASCII
)  # printable ASCII, like every registered one
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.{ARXIV_ID}", re.ASCII)
# "arXiv preprint arXiv:2305.18290v2 [cs.LG]" is how arXiv and BibTeX write it in full.
_ARXIV_NAME = re.compile(
    rf"(?:arxiv preprint )?arxiv ?[: ] ?{ARXIV_ID}(?: ?\[[a-z.-]+\])?", re.ASCII
)
_DOI_NAME = re.compile(r"doi ?[: ] ?(?P<doi>10\.\S+)")


def arxiv(number: str) -> Identity:
    """The identity of the arXiv paper with this number, without a version; case is ignored.

    The subject class, as in ``math.GT/0309136``, is dropped
    (https://info.arxiv.org/help/arxiv_identifier_for_services.html).
    """
    archive, slash, rest = number.lower().rpartition("/")
    number = f"{archive.partition('.')[0]}{slash}{rest}"
    return Identity(f"arxiv:{number}", ReferenceKind.PAPER, f"https://arxiv.org/abs/{number}")


def doi(name: str) -> Identity | None:
    """The identity of a DOI, or of the arXiv paper if arXiv issued it; None if it is no DOI.

    Case is ignored (DOI Handbook, 2.4), and so is punctuation at the end, which belongs to the text
    around a link.
    """
    name = name.lower().rstrip("/.,;")
    if not _DOI.fullmatch(name):
        return None
    if paper := _ARXIV_DOI.fullmatch(name):
        return arxiv(paper["arxiv"])
    return Identity(f"doi:{name}", ReferenceKind.PAPER, doi_page(name))


def of_name(name: str) -> Identity | None:
    """The identity of a folded name that spells an identifier, such as ``arxiv:2305.18290``."""
    if paper := _ARXIV_NAME.fullmatch(name):
        return arxiv(paper["arxiv"])
    if work := _DOI_NAME.fullmatch(name):
        return doi(work["doi"])
    return None
