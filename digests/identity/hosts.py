"""Hosts whose URLs hold an identifier: arXiv and its mirrors, GitHub, Hugging Face."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from digests.identity.addresses import Address
from digests.identity.identifiers import ARXIV_ID, arxiv
from digests.identity.model import Identity
from digests.vocabulary import ReferenceKind

_FLAGS = re.ASCII | re.IGNORECASE

# Sites that use arXiv's numbers in their paths. Every host below arxiv.org counts as well.
_ARXIV_HOSTS = [
    "arxiv.org", "ar5iv.org", "alphaxiv.org", "arxiv-vanity.com", "papers.cool", "scirate.com",
    "emergentmind.com", "xxx.itp.ac.cn", "xxx.lanl.gov", "ui.adsabs.harvard.edu",
    "semanticscholar.org", "api.semanticscholar.org", "inspirehep.net", "bytez.com",
    "tldr.takara.ai", "arxiv-sanity.com", "talk2arxiv.org",
]  # fmt: skip
_ARXIV_PATH = re.compile(
    r"(?:/[a-z]{2}|/docs)?/+"
    r"(?:(?:abs|pdf|html|ps|src|e-print|format|tb|overview|audio|resources|papers?|p|arxiv)/+"
    r"|(?=arxiv:))"
    rf"(?:arxiv:)?{ARXIV_ID}(?:\.(?:pdf|md))?/*",
    _FLAGS,
)

_GITHUB_HOSTS = [
    "github.com", "raw.githubusercontent.com", "raw.github.com", "codeload.github.com",
    "github.dev", "kkgithub.com", "bgithub.xyz", "hub.fastgit.org", "hub.fastgit.xyz",
    "githubfast.com", "deepwiki.com", "gitingest.com",
]  # fmt: skip
# Owners: letters, digits, hyphens, and an underscore in managed accounts; 39 characters.
_GITHUB_PATH = re.compile(
    r"/+(?P<owner>[a-z\d][a-z\d_-]{0,38})/+(?P<name>[\w.-]{1,100})(?:/|\Z)", _FLAGS
)
# First segments of a path that name no owner: reserved names
# (https://github.com/Mottie/github-reserved-names) and pages that GitHub has added since.
_NOT_GITHUB_OWNERS = frozenset([
    "about", "account", "advisories", "apps", "blog", "business", "case-studies", "codespaces",
    "collections", "community", "contact", "copilot", "customer-stories", "customers", "dashboard",
    "discussions", "edu", "enterprise", "events", "explore", "features", "git-guides", "help",
    "issues", "join", "learn", "login", "logout", "marketplace", "mcp", "mobile", "models", "new",
    "newsroom", "nonprofit", "notifications", "open-source", "organizations", "orgs", "partners",
    "premium-support", "pricing", "pulls", "readme", "repos", "resources", "search", "security",
    "sessions", "settings", "showcases", "signup", "site", "solutions", "sponsors", "stars",
    "support", "team", "teams", "topics", "trending", "user-attachments", "users", "watching",
    "why-github",
])  # fmt: skip

_HF_HOSTS = ["huggingface.co", "hf.co", "hf-mirror.com"]
_HF_NAME = re.compile(r"[a-z\d][\w.-]{0,95}", _FLAGS)
_HF_SHELVES = {"datasets": ReferenceKind.DATASET, "spaces": ReferenceKind.DEMO}
_NOT_HF_OWNERS = frozenset([
    "api", "assets", "autotrain", "blog", "brand", "changelog", "chat", "code-of-conduct",
    "collections", "content-guidelines", "course", "docs", "enterprise", "front", "inference",
    "inference-api", "inference-endpoints", "jobs", "join", "kernels", "languages", "learn",
    "login", "logout", "metrics", "models", "new", "notifications", "oauth", "organizations",
    "papers", "playground", "posts", "pricing", "privacy", "search", "security", "settings",
    "storage", "subscribe", "support", "tasks", "terms-of-service",
])  # fmt: skip
# Second segments of a path that name no model: views of an owner, or of an early model without one.
_HF_VIEWS = frozenset([
    "activity", "blob", "collections", "commit", "commits", "datasets", "discussions", "followers",
    "following", "likes", "models", "papers", "posts", "raw", "resolve", "spaces", "tree", "viewer",
])  # fmt: skip


# A thread (issue, pull request, discussion) is a reference of its own, as it has its own title.
_GITHUB_THREAD = re.compile(r"/?(?P<kind>issues|pull|discussions)/(?P<number>\d+)(?!\d)", _FLAGS)


def known(address: Address) -> Identity | None:
    """The identity that this address holds; None for an unknown host or path."""
    host, path = address.host.removeprefix("www."), unquote(address.path)
    if rule := _RULES.get(host):
        return rule(path)
    if host.endswith(".arxiv.org"):
        return _arxiv(path)
    return None


def _arxiv(path: str) -> Identity | None:
    match = _ARXIV_PATH.fullmatch(path)
    return arxiv(match["arxiv"]) if match else None


def _github(path: str) -> Identity | None:
    match = _GITHUB_PATH.match(path)
    if match is None or match["owner"].lower() in _NOT_GITHUB_OWNERS:
        return None
    owner, name = match["owner"], match["name"].removesuffix(".git")
    if not name.strip("."):
        return None
    page = f"https://github.com/{owner}/{name}"
    if thread := _GITHUB_THREAD.match(path, match.end()):
        page = f"{page}/{thread['kind']}/{thread['number']}"
        return Identity(f"url:{page}".lower(), ReferenceKind.CODE, page)
    return Identity(f"github:{owner}/{name}".lower(), ReferenceKind.CODE, page)


def _github_api(path: str) -> Identity | None:
    return _github(path.removeprefix("/repos")) if path.startswith("/repos/") else None


def _jsdelivr(path: str) -> Identity | None:
    """A file of a repository, as /gh/owner/name@version/file."""
    return _github(re.sub("@[^/]*", "", path[3:], count=1)) if path.startswith("/gh/") else None


def _hugging_face(path: str) -> Identity | None:
    if paper := _arxiv(path):
        return paper
    segments = [segment for segment in path.split("/") if segment]
    shelf = segments.pop(0).lower() if segments and segments[0].lower() in _HF_SHELVES else ""
    names = segments[:2]
    if len(names) == 2 and names[1].lower() in _HF_VIEWS:
        names = names[:1]
    if len(names) < 2 and not (names and shelf == "datasets"):  # the first data sets had no owner
        return None
    if not shelf and names[0].lower() in _NOT_HF_OWNERS:
        return None
    if not all(_HF_NAME.fullmatch(name) for name in names):
        return None
    name = "/".join([shelf, *names] if shelf else names).removesuffix(".git")
    kind = _HF_SHELVES.get(shelf, ReferenceKind.MODEL)
    return Identity(f"hf:{name}".lower(), kind, f"https://huggingface.co/{name}")


_RULES: dict[str, Callable[[str], Identity | None]] = {
    **dict.fromkeys(_ARXIV_HOSTS, _arxiv),
    **dict.fromkeys(_GITHUB_HOSTS, _github),
    "api.github.com": _github_api,
    "cdn.jsdelivr.net": _jsdelivr,
    **dict.fromkeys(_HF_HOSTS, _hugging_face),
}
