"""Hubs of code and of models beside GitHub and Hugging Face."""

import re
from collections.abc import Callable
from functools import partial

from digests.identity.model import Identity
from digests.identity.pages import Page, page_identity
from digests.vocabulary import ReferenceKind

_REPOSITORY = re.compile(
    r"/+(?P<owner>[\w][\w.-]*)/+(?P<name>[\w.-]+)(?:/+(?P<rest>.*))?", re.ASCII
)
_THREAD = re.compile(
    r"(?P<kind>issues|pulls?|merge_requests|pull-requests|discussions)/+(?P<number>\w*\d\w*)(?:/.*)?",
    re.ASCII,
)
# First segments of paths that name no owner.
_NO_OWNERS = frozenset([
    "about", "admin", "api", "blog", "dashboard", "docs", "enterprise", "enterprises", "events",
    "explore", "features", "gists", "groups", "help", "issues", "login", "organizations", "pricing",
    "product", "profile", "projects", "pulls", "search", "security", "signup", "site", "stars",
    "topics", "users", "-",
])  # fmt: skip


def _repository(site: str, page: Page) -> Identity | None:
    """A repository by its owner and its name, which ignore case, or a thread about it."""
    match = _REPOSITORY.fullmatch(page.path)
    if match is None:
        return None
    return _code(site, [match["owner"], match["name"]], match["rest"] or "")


def _gitlab(page: Page) -> Identity | None:
    """A project, which may lie in groups of groups; before 2019 pages of it had no ``/-/``."""
    path, _, rest = page.path.partition("/-/")
    names = [name for name in path.split("/") if name]
    views = {"blob", "tree", "raw", "issues", "merge_requests", "wikis", "commits"}
    view = next((at for at, name in enumerate(names) if at >= 2 and name in views), len(names))
    if not all(re.fullmatch(r"\w[\w.-]*", name, re.ASCII) for name in names):
        return None
    return _code("gitlab.com", names[:view], rest or "/".join(names[view:]))


def _code(site: str, names: list[str], rest: str) -> Identity | None:
    names = [*names[:-1], names[-1].removesuffix(".git")] if names else []
    if len(names) < 2 or names[0].lower() in _NO_OWNERS or not names[-1].strip("."):
        return None
    page = f"https://{site}/{'/'.join(names)}"
    if thread := _THREAD.fullmatch(rest):
        inside = "/-/" if site == "gitlab.com" else "/"
        page = f"{page}{inside}{thread['kind']}/{thread['number']}"
    return page_identity(page, ReferenceKind.CODE, folded=True)


_MODELSCOPE_PATH = re.compile(
    r"/+(?P<shelf>models|datasets|studios)/+(?P<owner>[\w.-]+)/+(?P<name>[\w.-]+)(?:/.*)?", re.ASCII
)
_MODELSCOPE_KINDS = {
    "models": ReferenceKind.MODEL,
    "datasets": ReferenceKind.DATASET,
    "studios": ReferenceKind.DEMO,
}


def _modelscope(page: Page) -> Identity | None:
    match = _MODELSCOPE_PATH.fullmatch(page.path)
    if match is None:
        return None
    name = f"{match['owner']}/{match['name'].removesuffix('.git')}"
    url = f"https://www.modelscope.cn/{match['shelf']}/{name}"
    return page_identity(url, _MODELSCOPE_KINDS[match["shelf"]], folded=True)


SITES = ["gitee.com", "gitcode.com", "codeberg.org", "bitbucket.org"]
RULES: dict[str, Callable[[Page], Identity | None]] = {
    **{site: partial(_repository, site) for site in SITES},
    "gitlab.com": _gitlab,
    "modelscope.cn": _modelscope,
}
