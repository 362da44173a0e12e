"""Sites on which one page has several addresses: one ``url:`` key for all of them.

Each rule reads an address of its site, and gives None for pages that it does not know.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qs, unquote

from digests.identity.addresses import Address, normalised
from digests.identity.identifiers import arxiv, doi
from digests.identity.model import Identity
from digests.vocabulary import ReferenceKind

_FLAGS = re.ASCII | re.IGNORECASE


@dataclass(frozen=True)
class _Page:
    """An address with its path unescaped, without a slash at its end."""

    address: Address
    path: str

    def parameter(self, name: str) -> str:
        """The first value of a parameter; empty if it has none."""
        return next(iter(parse_qs(self.address.query).get(name, [])), "")


def known(address: Address) -> Identity | None:
    """The identity of a page of a known site; None for other sites, and for pages without a rule
    on hosts that have no other name."""
    host = address.host.removeprefix("www.")
    page = _Page(address, unquote(address.path).rstrip("/"))
    if (rule := _RULES.get(host)) and (found := rule(page)):
        return found
    if host.endswith(".wikipedia.org"):
        return _wikipedia(page)
    other_name = _NAMES.get(host)
    if other_name is None or other_name == address.host:
        return None
    return _url(normalised(address._replace(host=other_name)))


def is_cut_off(address: Address) -> bool:
    """True for an address that ends before its identifier, as when a line end cut a link."""
    pattern = _BEFORE_IDENTIFIER.get(address.host.removeprefix("www."))
    return pattern is not None and pattern.fullmatch(f"{address.path}?{address.query}") is not None


def _url(url: str, kind: ReferenceKind = ReferenceKind.OTHER, *, folded: bool = False) -> Identity:
    return Identity(f"url:{url.lower() if folded else url}", kind, url)


_POST = re.compile(r"/+(?P<user>\w{1,20}|i/web)/+status(?:es)?/+(?P<number>\d+)(?:/.*)?", _FLAGS)
_PROFILE = re.compile(r"/+\w{1,20}", re.ASCII)


def _x(page: _Page) -> Identity | None:
    """A post, also as the page of its picture. Handles ignore case."""
    if post := _POST.fullmatch(page.path):
        user = post["user"].partition("/")[0]
        return _url(f"https://x.com/{user}/status/{post['number']}", folded=True)
    is_query = "?" in normalised(page.address._replace(host="x.com"))
    if _PROFILE.fullmatch(page.path) and not is_query:
        return _url(f"https://x.com/{page.path.strip('/')}", folded=True)
    return None


_VIDEO = re.compile(r"/+(?:embed|shorts|live|v|e|watch)/+(?P<id>[\w-]+)(?:/.*)?", re.ASCII)
_VIDEO_ID = re.compile(r"[\w-]+", re.ASCII)
_NO_VIDEOS = {"videoseries", "live_stream"}


def _youtube(page: _Page) -> Identity | None:
    match = _VIDEO.fullmatch(page.path)
    number = page.parameter("v") if page.path == "/watch" else match["id"] if match else ""
    return _youtube_video(number)


def _youtu_be(page: _Page) -> Identity | None:
    return _youtube_video(page.path.strip("/"))


def _youtube_video(number: str) -> Identity | None:
    if not _VIDEO_ID.fullmatch(number) or number in _NO_VIDEOS:
        return None
    return _url(f"https://www.youtube.com/watch?v={number}", ReferenceKind.VIDEO)


_BILIBILI_ID = re.compile(r"(?:/video)?/(?P<id>BV\w+|av\d+)", re.ASCII)


def _bilibili(page: _Page) -> Identity | None:
    """A video, and its part if that is not the first."""
    match = _BILIBILI_ID.fullmatch(page.path)
    number = match["id"] if match else ""
    if page.path == "/player.html" and re.fullmatch(r"BV\w+", page.parameter("bvid"), re.ASCII):
        number = page.parameter("bvid")
    if not number:
        return None
    part = page.parameter("p") or page.parameter("page")
    query = f"?p={part}" if re.fullmatch(r"\d+", part, re.ASCII) and part != "1" else ""
    return _url(f"https://www.bilibili.com/video/{number}{query}", ReferenceKind.VIDEO)


def _vimeo(page: _Page) -> Identity | None:
    match = re.fullmatch(r"(?:/video)?/(\d+)", page.path, re.ASCII)
    return _url(f"https://vimeo.com/{match[1]}", ReferenceKind.VIDEO) if match else None


def _openreview(page: _Page) -> Identity | None:
    number = page.parameter("id")
    if page.path not in {"/forum", "/pdf"} or not _VIDEO_ID.fullmatch(number):
        return None
    return _url(f"https://openreview.net/forum?id={number}", ReferenceKind.PAPER)


_ACL_PATH = re.compile(
    r"/+(?:anthology/+)?(?:papers/+)?(?:[A-Z](?:\d\d)?/+){0,2}(?:[A-Z]\d\d-\d{4,5}/+)?"
    r"(?P<id>[A-Z]\d\d-\d{4,5}|\d{4}\.[a-z\d_]+-[a-z\d_]+\.\d+)(?:v\d+)?(?:\.(?:pdf|bib|xml|endf))?",
    _FLAGS,
)
# Volumes in which every paper has a DOI that ends in its number.
_ACL_WITH_DOI = re.compile(r"[PDNE]1[6-9]-\d{4}|20\d\d\.(?:acl|emnlp|naacl|eacl|findings)-\w+\.\d+")


def _acl_anthology(page: _Page) -> Identity | None:
    match = _ACL_PATH.fullmatch(page.path)
    if match is None:
        return None
    number = match["id"].upper() if match["id"][0].isalpha() else match["id"].lower()
    if _ACL_WITH_DOI.fullmatch(number):
        return doi(f"10.18653/v1/{number}")
    return _url(f"https://aclanthology.org/{number}/", ReferenceKind.PAPER)


_DBLP_PATH = re.compile(
    r"/rec/(?:html/|bibtex/)?journals/corr/abs-(\d{4})-(\d{4,5})(?:\.\w+)?", re.ASCII
)


def _dblp(page: _Page) -> Identity | None:
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


def _pmlr(page: _Page) -> Identity | None:
    match = _PMLR_PATH.fullmatch(page.path)
    if match is None:
        return None
    url = f"https://proceedings.mlr.press/{match['volume']}/{match['id']}.html"
    return _url(url, ReferenceKind.PAPER)


def _neurips(page: _Page) -> Identity | None:
    match = _NEURIPS_PATH.fullmatch(page.path)
    if match is None:
        return None
    name = f"{match['year']}/hash/{match['id']}-Abstract{match['track']}.html"
    url = f"https://proceedings.neurips.cc/paper_files/paper/{name}"
    return _url(url, ReferenceKind.PAPER)


def _cvf(page: _Page) -> Identity | None:
    match = _CVF_PATH.fullmatch(page.path)
    if match is None or not page.path.isascii():
        return None
    url = f"https://openaccess.thecvf.com{match['volume']}/html/{match['id']}.html"
    return _url(url, ReferenceKind.PAPER)


_SEMANTIC_SCHOLAR_PATH = re.compile(
    r"/(?:paper|reader)/(?:[^/]+/)?(?P<id>[\da-f]{40})(?:/.*)?", _FLAGS
)


def _semantic_scholar(page: _Page) -> Identity | None:
    match = _SEMANTIC_SCHOLAR_PATH.fullmatch(page.path)
    if match is None:
        return None
    url = f"https://www.semanticscholar.org/paper/{match['id'].lower()}"
    return _url(url, ReferenceKind.PAPER)


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


def _repository(site: str, page: _Page) -> Identity | None:
    """A repository by its owner and its name, which ignore case, or a thread about it."""
    match = _REPOSITORY.fullmatch(page.path)
    if match is None:
        return None
    return _code(site, [match["owner"], match["name"]], match["rest"] or "")


def _gitlab(page: _Page) -> Identity | None:
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
    return _url(page, ReferenceKind.CODE, folded=True)


_MODELSCOPE_PATH = re.compile(
    r"/+(?P<shelf>models|datasets|studios)/+(?P<owner>[\w.-]+)/+(?P<name>[\w.-]+)(?:/.*)?", re.ASCII
)
_MODELSCOPE_KINDS = {
    "models": ReferenceKind.MODEL,
    "datasets": ReferenceKind.DATASET,
    "studios": ReferenceKind.DEMO,
}


def _modelscope(page: _Page) -> Identity | None:
    match = _MODELSCOPE_PATH.fullmatch(page.path)
    if match is None:
        return None
    name = f"{match['owner']}/{match['name'].removesuffix('.git')}"
    url = f"https://www.modelscope.cn/{match['shelf']}/{name}"
    return _url(url, _MODELSCOPE_KINDS[match["shelf"]], folded=True)


_REDDIT_PATH = re.compile(
    r"/*(?:/(?:r|user|u)/[^/]+)?/comments/(?P<id>[a-z\d]+)(?:/[^/]*)?", _FLAGS
)


def _reddit(page: _Page) -> Identity | None:
    """A post; a comment on it, which has one segment more, is a page of its own."""
    match = _REDDIT_PATH.fullmatch(page.path)
    if match is None:
        return None
    as_written = normalised(page.address._replace(host="www.reddit.com"))  # with the title in it
    key = f"url:https://www.reddit.com/comments/{match['id'].lower()}"
    return Identity(key, ReferenceKind.OTHER, as_written)


def _redd_it(page: _Page) -> Identity | None:
    match = re.fullmatch(r"/([a-z\d]+)", page.path, _FLAGS)
    return _url(f"https://www.reddit.com/comments/{match[1]}", folded=True) if match else None


_ZHIHU_ARTICLE = re.compile(r"(?:/p|/tardis/\w+/art)/(?P<id>\d+)", re.ASCII)


def _zhihu(page: _Page) -> Identity | None:
    match = _ZHIHU_ARTICLE.fullmatch(page.path)
    return _url(f"https://zhuanlan.zhihu.com/p/{match['id']}") if match else None


_CHINESE_VARIANT = re.compile(r"/zh(?:-[a-z]{2,4})?/(?=.)", re.ASCII)


def _wikipedia(page: _Page) -> Identity | None:
    """An article, also on the site for telephones, and in another script of Chinese."""
    host, path = page.address.host.replace(".m.wikipedia.org", ".wikipedia.org"), page.address.path
    if host == "zh.wikipedia.org":
        path = _CHINESE_VARIANT.sub("/wiki/", path, count=1)
    address = page.address._replace(host=host, path=path)
    return None if address == page.address else _url(normalised(address))


_DOCUMENT = re.compile(
    r"/(?P<kind>document|spreadsheets|presentation)/(?:u/\d+/)?d/(?P<id>[\w-]{20,})(?:/.*)?",
    re.ASCII,
)


def _google_document(page: _Page) -> Identity | None:
    match = _DOCUMENT.fullmatch(page.path)
    return _url(f"https://docs.google.com/{match['kind']}/d/{match['id']}") if match else None


_X_HOSTS = [
    "x.com", "twitter.com", "mobile.x.com", "mobile.twitter.com", "m.twitter.com", "fxtwitter.com",
    "vxtwitter.com", "fixupx.com", "fixvx.com", "xcancel.com", "nitter.net",
]  # fmt: skip
_YOUTUBE_HOSTS = ["youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"]
_REDDIT_HOSTS = ["reddit.com", "old.reddit.com", "new.reddit.com", "np.reddit.com", "m.reddit.com"]
_CODE_HOSTS = ["gitee.com", "gitcode.com", "codeberg.org", "bitbucket.org"]

_RULES: dict[str, Callable[[_Page], Identity | None]] = {
    **dict.fromkeys(_X_HOSTS, _x),
    **dict.fromkeys(_YOUTUBE_HOSTS, _youtube),
    "youtu.be": _youtu_be,
    **dict.fromkeys(["bilibili.com", "m.bilibili.com", "player.bilibili.com", "b23.tv"], _bilibili),
    **dict.fromkeys(["vimeo.com", "player.vimeo.com"], _vimeo),
    "openreview.net": _openreview,
    **dict.fromkeys(["aclanthology.org", "aclanthology.info", "aclweb.org"], _acl_anthology),
    **dict.fromkeys(["dblp.org", "dblp.uni-trier.de"], _dblp),
    "proceedings.mlr.press": _pmlr,
    **dict.fromkeys(["proceedings.neurips.cc", "papers.nips.cc", "papers.neurips.cc"], _neurips),
    "openaccess.thecvf.com": _cvf,
    "semanticscholar.org": _semantic_scholar,
    **{site: partial(_repository, site) for site in _CODE_HOSTS},
    "gitlab.com": _gitlab,
    "modelscope.cn": _modelscope,
    **dict.fromkeys(_REDDIT_HOSTS, _reddit),
    "redd.it": _redd_it,
    **dict.fromkeys(["zhihu.com", "zhuanlan.zhihu.com", "m.zhihu.com"], _zhihu),
    "docs.google.com": _google_document,
}
# The one name of a host, by its names without www, for pages that no rule knows.
_NAMES = {
    **dict.fromkeys(["x.com", "twitter.com", "mobile.x.com", "mobile.twitter.com"], "x.com"),
    **dict.fromkeys(["youtube.com", "m.youtube.com"], "www.youtube.com"),
    **dict.fromkeys(["bilibili.com", "m.bilibili.com"], "www.bilibili.com"),
    **dict.fromkeys(_REDDIT_HOSTS, "www.reddit.com"),
    **dict.fromkeys(["zhihu.com", "m.zhihu.com"], "www.zhihu.com"),
    **dict.fromkeys(["36kr.com", "m.36kr.com"], "36kr.com"),
    **dict.fromkeys(["juejin.cn", "juejin.im"], "juejin.cn"),
    **{site: site for site in [*_CODE_HOSTS, "gitlab.com", "openreview.net"]},
    "modelscope.cn": "www.modelscope.cn",
}
_BEFORE_IDENTIFIER = {
    "arxiv.org": re.compile(r"/+(?:abs|pdf|html)/*\?"),
    "openreview.net": re.compile(r"/+(?:forum|pdf)/*\?(?:id=?)?"),
    "youtube.com": re.compile(r"/+watch/*\?(?:v=?)?"),
    "mp.weixin.qq.com": re.compile(r"/+s/*\?"),
}
