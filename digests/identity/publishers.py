"""Publishers whose addresses hold a DOI, or a number of which the publisher makes it."""

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qs, unquote

from digests.identity.addresses import Address
from digests.identity.identifiers import doi
from digests.identity.model import Identity

_FLAGS = re.ASCII | re.IGNORECASE

_DOI_RESOLVERS = [
    "doi.org", "dx.doi.org", "hdl.handle.net", "doi.acm.org", "sci-hub.se", "sci-hub.st",
    "sci-hub.ru",
]  # fmt: skip
_DOI_PATH = re.compile(r"/+(?:doi[:/] ?)?(?P<doi>10\..+)", _FLAGS)
# Atypon's sites (ACM, Wiley, Sage …) put the name of a view before or after the DOI. Silverchair's
# (MIT Press, Oxford) put "article" before it and a number after it.
_PUBLISHER_PATH = re.compile(
    r"(?P<silverchair>/article[a-z-]*)?/doi/"
    r"(?:(?:abs|abstract|full|full-xml|fullhtml|pdf|pdfdirect|pdfplus|epdf|epub|reader|book"
    r"|proceedings|citedby|references|figure)/)?"
    r"(?P<doi>10\.\d.*?)(?:/(?:abstract|full|fulltext|html|pdf|epdf|summary|meta)|\.pdf)?\Z",
    _FLAGS,
)
_SILVERCHAIR_NUMBER = re.compile(r"/\d{4,}(?:/[^/]*)?\Z", re.ASCII)
_SPRINGER_PATH = re.compile(
    r"/(?:(?:article|chapter|book|protocol|referencework|referenceworkentry|content/pdf)/)?"
    r"(?P<doi>10\.\d+/[^/]+?)(?:\.pdf)?(?:/.*)?",
    _FLAGS,
)
_BMC_PATH = r"/(?:articles|counter/pdf|track/pdf)/(?P<doi>10\.\d+/[^/]+?)(?:\.pdf)?(?:/.*)?"
_PREPRINT_PATH = (
    r"/content/(?:[a-z]+/early/[\d/]+/)?(?P<doi>10\.\d+/[\d.]+?)(?:v\d+)?(?:[./][a-z].*)?"
)
_PATHS = {
    "biomedcentral.com": _BMC_PATH,  # with a host for each journal
    "springeropen.com": _BMC_PATH,
    "frontiersin.org": r"(?:/journals/[^/]+)?/articles/(?P<doi>10\.\d+/[^/]+)(?:/.*)?",
    "biorxiv.org": _PREPRINT_PATH,
    "medrxiv.org": _PREPRINT_PATH,
    "iopscience.iop.org": r"/article/(?P<doi>10\.\d+/.+?)(?:/(?:meta|pdf|ampdf))?",
    "journals.aps.org": r"/\w+/(?:abstract|pdf|supplemental|references)/(?P<doi>10\.\d+/[^/]+)",
    "annualreviews.org": r"/content/journals/(?P<doi>10\.\d+/[^/]+)",
    "drops.dagstuhl.de": r"/entities/document/(?P<doi>10\.\d+/[^/]+)",
}
_PATTERNS = {site: re.compile(path, _FLAGS) for site, path in _PATHS.items()}
# Numbers that end a DOI: the publisher's own rule. Nature's older names have other forms.
_NATURE_NUMBER = r"(?P<number>[sd]\d{5}-\d{3}-\d{4,5}-[\dxyz]|nature\d{5})"
_NUMBERS = {
    "nature.com": (rf"/articles/{_NATURE_NUMBER}(?:\.pdf|/.*)?", "10.1038/"),
    "zenodo.org": (r"/records?/(?P<number>\d+)(?:/.*)?", "10.5281/zenodo."),
    "elifesciences.org": (r"/articles/(?P<number>\d{4,6})(?:[./].*)?", "10.7554/elife."),
    "ssrn.com": (r"/abstract=(?P<number>\d+)", "10.2139/ssrn."),
}


def known(address: Address) -> Identity | None:
    """The work whose DOI the address holds; None if it holds none."""
    host, path = address.host.removeprefix("www."), unquote(address.path)
    if parameter := _PARAMETERS.get(host):
        return _of_parameter(address, *parameter)
    if rule := _RULES.get(host) or _RULES.get(".".join(host.split(".")[-2:])):
        return rule(path)
    return _publisher(path) if "/doi/" in path else None


def _doi(pattern: re.Pattern[str], path: str) -> Identity | None:
    match = pattern.fullmatch(path)
    return doi(match["doi"]) if match else None


def _publisher(path: str) -> Identity | None:
    match = _PUBLISHER_PATH.search(path.rstrip("/"))
    if match is None:
        return None
    return doi(_SILVERCHAIR_NUMBER.sub("", match["doi"]) if match["silverchair"] else match["doi"])


def _in_path(pattern: re.Pattern[str], path: str) -> Identity | None:
    """A DOI in the site's own form of a path, or in the form that many publishers share."""
    return _doi(pattern, path.rstrip("/")) or (_publisher(path) if "/doi/" in path else None)


def _number(pattern: re.Pattern[str], prefix: str, path: str) -> Identity | None:
    match = pattern.fullmatch(path.rstrip("/"))
    return doi(f"{prefix}{match['number']}") if match else None


# The parameter that holds a DOI, or its end, and the beginning of the DOI.
_PARAMETERS = {
    "journals.plos.org": ("id", "", r"10\.1371/[\w.]+"),
    "papers.ssrn.com": ("abstract_id", "10.2139/ssrn.", r"\d+"),
}


def _of_parameter(address: Address, name: str, prefix: str, value: str) -> Identity | None:
    values = {key.lower(): some[0] for key, some in parse_qs(address.query).items()}
    number = values.get(name, "")
    return doi(f"{prefix}{number}") if re.fullmatch(value, number, re.ASCII) else None


_RULES: dict[str, Callable[[str], Identity | None]] = {
    **dict.fromkeys(_DOI_RESOLVERS, partial(_doi, _DOI_PATH)),
    "link.springer.com": partial(_doi, _SPRINGER_PATH),
    **{site: partial(_in_path, pattern) for site, pattern in _PATTERNS.items()},
    **{
        site: partial(_number, re.compile(path, _FLAGS), prefix)
        for site, (path, prefix) in _NUMBERS.items()
    },
}
