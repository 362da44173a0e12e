"""Archives and proceedings whose papers have several addresses."""

import re
from collections.abc import Callable

from digests.identity.identifiers import arxiv, doi
from digests.identity.model import Identity
from digests.identity.pages import Page, page_identity
from digests.vocabulary import ReferenceKind

_FLAGS = re.ASCII | re.IGNORECASE
_OPENREVIEW_ID = re.compile(r"[\w-]+", re.ASCII)


def _openreview(page: Page) -> Identity | None:
    number = page.parameter("id")
    is_paper = page.path in {"/forum", "/pdf"}
    is_paper |= page.path == "/attachment" and page.parameter("name") == "pdf"
    if not is_paper or not _OPENREVIEW_ID.fullmatch(number):
        return None
    return page_identity(f"https://openreview.net/forum?id={number}", ReferenceKind.PAPER)


_ACL_PATH = re.compile(
    r"/+(?:anthology/+)?(?:papers/+)?(?:[A-Z](?:\d\d)?/+){0,2}(?:[A-Z]\d\d-\d{4,5}/+)?"
    r"(?P<id>[A-Z]\d\d-\d{4,5}|\d{4}\.[a-z\d_]+-[a-z\d_]+\.\d+)(?:v\d+)?(?:\.(?:pdf|bib|xml|endf))?",
    _FLAGS,
)
# Volumes in which every paper has a DOI that ends in its number.
_ACL_WITH_DOI = re.compile(r"[PDNE]1[6-9]-\d{4}|20\d\d\.(?:acl|emnlp|naacl|eacl|findings)-\w+\.\d+")


def _acl_anthology(page: Page) -> Identity | None:
    match = _ACL_PATH.fullmatch(page.path)
    if match is None:
        return None
    number = match["id"].upper() if match["id"][0].isalpha() else match["id"].lower()
    if _ACL_WITH_DOI.fullmatch(number):
        return doi(f"10.18653/v1/{number}")
    return page_identity(f"https://aclanthology.org/{number}/", ReferenceKind.PAPER)


_DBLP_PATH = re.compile(
    r"/rec/(?:html/|bibtex/)?journals/corr/abs-(\d{4})-(\d{4,5})(?:\.\w+)?", re.ASCII
)


def _dblp(page: Page) -> Identity | None:
    match = _DBLP_PATH.fullmatch(page.path)
    return arxiv(f"{match[1]}.{match[2]}") if match else None


# A page and a PDF of one paper, and the page's address.
_PMLR_PATH = re.compile(r"/(?P<volume>v\d+)/(?P<id>[\w-]+)(?:\.html|/(?P=id)\.pdf)", re.ASCII)
_NEURIPS_PATH = re.compile(
    r"(?:/paper_files)?/paper/(?P<year>\d{4})/(?:hash|file)/(?P<id>[\da-f]{32})-"
    r"(?:Abstract|Paper|Bibtex|Metadata|Supplemental)(?P<track>(?:-\w+)?)\.\w+",
    re.ASCII,
)
_CVF_PATH = re.compile(
    r"(?P<volume>/content[^/]*(?:/[^/]+)?)/(?:html|papers)/(?P<id>[^/]+_paper)\.(?:html|pdf)",
    _FLAGS,
)


def _pmlr(page: Page) -> Identity | None:
    match = _PMLR_PATH.fullmatch(page.path)
    if match is None:
        return None
    url = f"https://proceedings.mlr.press/{match['volume']}/{match['id']}.html"
    return page_identity(url, ReferenceKind.PAPER)


def _neurips(page: Page) -> Identity | None:
    match = _NEURIPS_PATH.fullmatch(page.path)
    if match is None:
        return None
    name = f"{match['year']}/hash/{match['id']}-Abstract{match['track']}.html"
    url = f"https://proceedings.neurips.cc/paper_files/paper/{name}"
    return page_identity(url, ReferenceKind.PAPER)


def _cvf(page: Page) -> Identity | None:
    match = _CVF_PATH.fullmatch(page.path)
    if match is None or not page.path.isascii():
        return None
    url = f"https://openaccess.thecvf.com{match['volume']}/html/{match['id']}.html"
    return page_identity(url, ReferenceKind.PAPER)


_SEMANTIC_SCHOLAR_PATH = re.compile(
    r"/(?:paper|reader)/(?:[^/]+/)?(?P<id>[\da-f]{40})(?:/.*)?", _FLAGS
)


def _semantic_scholar(page: Page) -> Identity | None:
    match = _SEMANTIC_SCHOLAR_PATH.fullmatch(page.path)
    if match is None:
        return None
    url = f"https://www.semanticscholar.org/paper/{match['id'].lower()}"
    return page_identity(url, ReferenceKind.PAPER)


_IEEE_PATH = re.compile(r"(?:/abstract)?/document/(?P<id>\d+)(?:/.*)?", re.ASCII)


def _ieee(page: Page) -> Identity | None:
    match = _IEEE_PATH.fullmatch(page.path)
    number = match["id"] if match else page.parameter("arnumber")
    if not re.fullmatch(r"\d+", number, re.ASCII):
        return None
    return page_identity(f"https://ieeexplore.ieee.org/document/{number}", ReferenceKind.PAPER)


_ELSEVIER_PATH = re.compile(r"/science/article/(?:abs/)?pii/(?P<id>[A-Z\d]+)(?:/pdf.*)?", re.ASCII)


def _science_direct(page: Page) -> Identity | None:
    match = _ELSEVIER_PATH.fullmatch(page.path)
    if match is None:
        return None
    url = f"https://www.sciencedirect.com/science/article/pii/{match['id']}"
    return page_identity(url, ReferenceKind.PAPER)


RULES: dict[str, Callable[[Page], Identity | None]] = {
    "openreview.net": _openreview,
    **dict.fromkeys(["aclanthology.org", "aclanthology.info", "aclweb.org"], _acl_anthology),
    **dict.fromkeys(["dblp.org", "dblp.uni-trier.de"], _dblp),
    "proceedings.mlr.press": _pmlr,
    **dict.fromkeys(["proceedings.neurips.cc", "papers.nips.cc", "papers.neurips.cc"], _neurips),
    "openaccess.thecvf.com": _cvf,
    "semanticscholar.org": _semantic_scholar,
    "ieeexplore.ieee.org": _ieee,
    "sciencedirect.com": _science_direct,
}
