"""Which reference a URL or a bare name stands for.

A reference has one key however it was spelled: ``arxiv:2305.18290`` for the abstract, the PDF
of any version, the DOI and the Hugging Face page of one paper. The rules here are pure and
total: whatever is written gets a key, `url:` and `name:` being the last resorts.
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from digests.text import fold
from digests.vocabulary import ReferenceKind

KEY_LENGTH = 2_000  # PostgreSQL's index entries end at 2,704 bytes; keys are ASCII but for names
_NAME_LENGTH = 200

_ARXIV_ID = r"(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?"
_ARXIV_PATH = re.compile(rf"/(?:abs|pdf|html|ps|format)/{_ARXIV_ID}(?:\.pdf)?/?$", re.IGNORECASE)
_ARXIV_MIRROR_PATH = re.compile(rf"/(?:papers|abs)/{_ARXIV_ID}/?$", re.IGNORECASE)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.{_ARXIV_ID}$", re.IGNORECASE)
_DOI_PATH = re.compile(r"/(?P<doi>10\.\d{4,9}/\S+)$")
_OWNER_AND_NAME = re.compile(r"/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)(?:/|$)")
_HF_SHELF = re.compile(r"/(?P<shelf>datasets|spaces)/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)(?:/|$)")

# First path parts on these hosts that are pages of the site, never an owner.
_NOT_GITHUB_OWNERS = {"orgs", "topics", "features", "marketplace", "settings", "sponsors", "apps"}
_NOT_HF_OWNERS = {"papers", "blog", "docs", "collections", "learn", "posts", "tasks", "chat"}

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id", re.IGNORECASE)


@dataclass(frozen=True)
class Identity:
    """What a citation points at: the key, the kind its host tells, and the page to open."""

    key: str
    kind: ReferenceKind
    url: str


def of_url(url: str) -> Identity:
    """The identity behind an http(s) URL.

    Raises ValueError if the URL cannot be parsed or is longer than a key may be.
    """
    parts = urlsplit(url)
    host = _host(parts)
    path = unquote(parts.path)
    identity = _known_host(host, path)
    if identity is None:
        key = "url:" + _normalised(parts, host)
        identity = Identity(key, ReferenceKind.OTHER, url)
    if len(identity.key) > KEY_LENGTH or "\0" in identity.key:
        raise ValueError("the URL is too long, or no text, to be a key")
    return identity


def of_name(name: str) -> Identity:
    """The identity of a work that is only named, such as ``Adam-mini``."""
    key = "-".join(fold(name).split())[:_NAME_LENGTH]
    return Identity(f"name:{key}", ReferenceKind.OTHER, "")


def _host(parts: SplitResult) -> str:
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        raise ValueError("not an http(s) URL")
    return parts.hostname.lower().rstrip(".")


def _known_host(host: str, path: str) -> Identity | None:
    host = host.removeprefix("www.")
    if host in {"arxiv.org", "export.arxiv.org"}:
        return _arxiv(_ARXIV_PATH.match(path))
    if host in {"alphaxiv.org", "hf.co", "huggingface.co"} and (
        mirrored := _ARXIV_MIRROR_PATH.match(path)
    ):
        return _arxiv(mirrored)
    if host in {"doi.org", "dx.doi.org"}:
        return _doi(_DOI_PATH.match(path))
    if host == "github.com":
        return _github(_OWNER_AND_NAME.match(path))
    if host in {"hf.co", "huggingface.co"}:
        return _hugging_face(path)
    return None


def _arxiv(match: re.Match[str] | None) -> Identity | None:
    if match is None:
        return None
    number = match["id"].lower()
    return Identity(f"arxiv:{number}", ReferenceKind.PAPER, f"https://arxiv.org/abs/{number}")


def _doi(match: re.Match[str] | None) -> Identity | None:
    if match is None:
        return None
    doi = match["doi"].lower().rstrip("/")
    if arxiv := _arxiv(_ARXIV_DOI.match(doi)):
        return arxiv
    return Identity(f"doi:{doi}", ReferenceKind.PAPER, f"https://doi.org/{quote(doi)}")


def _github(match: re.Match[str] | None) -> Identity | None:
    if match is None or match["owner"].lower() in _NOT_GITHUB_OWNERS:
        return None
    owner, name = match["owner"], match["name"].removesuffix(".git")
    return Identity(
        f"github:{owner}/{name}".lower(), ReferenceKind.CODE, f"https://github.com/{owner}/{name}"
    )


def _hugging_face(path: str) -> Identity | None:
    if shelved := _HF_SHELF.match(path):
        shelf, name = shelved["shelf"], f"{shelved['owner']}/{shelved['name']}"
        kind = ReferenceKind.DATASET if shelf == "datasets" else ReferenceKind.DEMO
        key = f"hf:{shelf}/{name}".lower()
        return Identity(key, kind, f"https://huggingface.co/{shelf}/{name}")
    model = _OWNER_AND_NAME.match(path)
    if model is None or model["owner"].lower() in _NOT_HF_OWNERS | {"datasets", "spaces"}:
        return None
    name = f"{model['owner']}/{model['name']}"
    return Identity(f"hf:{name}".lower(), ReferenceKind.MODEL, f"https://huggingface.co/{name}")


def _normalised(parts: SplitResult, host: str) -> str:
    """https, lower-case host, no fragment, no tracking parameters, sorted query."""
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name)
    ]
    path = quote(parts.path, safe="/:@!$&'()*+,;=~-._%") or "/"
    netloc = (f"[{host}]" if ":" in host else quote(host)) + port
    return urlunsplit(("https", netloc, path, urlencode(sorted(query)), ""))
