"""Works with an identifier of their own, arXiv papers and DOIs, wherever it is written."""

import re

from digests.identity.archives import doi_page
from digests.identity.model import Identity
from digests.vocabulary import ReferenceKind

# https://info.arxiv.org/help/arxiv_identifier.html; before April 2007 with the archive in front.
ARXIV_ID = r"(?P<arxiv>\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z-]+)?/\d{7})(?:v\d+)?"

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[!-~]+", re.ASCII)  # printable ASCII, as all registered
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.{ARXIV_ID}", re.ASCII)
# "arXiv preprint arXiv:2305.18290v2 [cs.LG]" is how arXiv and BibTeX write it in full.
_ARXIV_NAME = re.compile(
    rf"(?:arxiv preprint )?arxiv ?[: ] ?{ARXIV_ID}(?: ?\[[a-z.-]+\])?", re.ASCII
)
_DOI_NAME = re.compile(r"doi ?[: ] ?(?P<doi>10\.\S+)")


def arxiv(number: str) -> Identity:
    """The paper with this number, in any case and without a version.

    The subject class of ``math.GT/0309136`` is no part of the identifier
    (https://info.arxiv.org/help/arxiv_identifier_for_services.html).
    """
    archive, slash, rest = number.lower().rpartition("/")
    number = f"{archive.partition('.')[0]}{slash}{rest}"
    return Identity(f"arxiv:{number}", ReferenceKind.PAPER, f"https://arxiv.org/abs/{number}")


def doi(name: str) -> Identity | None:
    """The work with this DOI, which may be one of arXiv's; None if it is no DOI.

    DOIs do not know case (DOI Handbook, 2.4), and none ends in the punctuation after a link.
    """
    name = name.lower().rstrip("/.,;")
    if not _DOI.fullmatch(name):
        return None
    if paper := _ARXIV_DOI.fullmatch(name):
        return arxiv(paper["arxiv"])
    return Identity(f"doi:{name}", ReferenceKind.PAPER, doi_page(name))


def of_name(name: str) -> Identity | None:
    """The work whose identifier, said to be one, is this folded name."""
    if paper := _ARXIV_NAME.fullmatch(name):
        return arxiv(paper["arxiv"])
    if work := _DOI_NAME.fullmatch(name):
        return doi(work["doi"])
    return None
