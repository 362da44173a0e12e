"""Sites on which one page has several addresses: one ``url:`` key for all of them.

Each rule reads an address of its site, and gives None for pages that it does not know.
"""

import re
from collections.abc import Callable
from urllib.parse import unquote

from digests.identity import code_hubs, papers
from digests.identity.addresses import Address, normalised
from digests.identity.model import Identity
from digests.identity.pages import Page, page_identity
from digests.vocabulary import ReferenceKind

_FLAGS = re.ASCII | re.IGNORECASE


def known(address: Address) -> Identity | None:
    """The identity of a page of a known site; None for other sites, and for pages without a rule
    on hosts that have no other name."""
    host = address.host.removeprefix("www.")
    page = Page(address, unquote(address.path).rstrip("/"))
    if (rule := _RULES.get(host)) and (found := rule(page)):
        return found
    if host.endswith(".wikipedia.org"):
        return _wikipedia(page)
    other_name = _NAMES.get(host)
    if other_name is None or other_name == address.host:
        return None
    return page_identity(normalised(address._replace(host=other_name)))


def is_cut_off(address: Address) -> bool:
    """True for an address that ends before its identifier, as when a line end cut a link."""
    pattern = _BEFORE_IDENTIFIER.get(address.host.removeprefix("www."))
    return pattern is not None and pattern.fullmatch(f"{address.path}?{address.query}") is not None


_POST = re.compile(r"/+(?P<user>\w{1,20}|i/web)/+status(?:es)?/+(?P<number>\d+)(?:/.*)?", _FLAGS)
_PROFILE = re.compile(r"/+\w{1,20}", re.ASCII)


def _x(page: Page) -> Identity | None:
    """A post, also as the page of its picture. Handles ignore case."""
    if post := _POST.fullmatch(page.path):
        user = post["user"].partition("/")[0]
        return page_identity(f"https://x.com/{user}/status/{post['number']}", folded=True)
    is_query = "?" in normalised(page.address._replace(host="x.com"))
    if _PROFILE.fullmatch(page.path) and not is_query:
        return page_identity(f"https://x.com/{page.path.strip('/')}", folded=True)
    return None


_VIDEO = re.compile(r"/+(?:embed|shorts|live|v|e|watch)/+(?P<id>[\w-]+)(?:/.*)?", re.ASCII)
_VIDEO_ID = re.compile(r"[\w-]+", re.ASCII)
_NO_VIDEOS = {"videoseries", "live_stream"}


def _youtube(page: Page) -> Identity | None:
    match = _VIDEO.fullmatch(page.path)
    number = page.parameter("v") if page.path == "/watch" else match["id"] if match else ""
    return _youtube_video(number)


def _youtu_be(page: Page) -> Identity | None:
    return _youtube_video(page.path.strip("/"))


def _youtube_video(number: str) -> Identity | None:
    if not _VIDEO_ID.fullmatch(number) or number in _NO_VIDEOS:
        return None
    return page_identity(f"https://www.youtube.com/watch?v={number}", ReferenceKind.VIDEO)


_BILIBILI_ID = re.compile(r"(?:/video)?/(?P<id>BV\w+|av\d+)", re.ASCII)


def _bilibili(page: Page) -> Identity | None:
    """A video, and its part if that is not the first."""
    match = _BILIBILI_ID.fullmatch(page.path)
    number = match["id"] if match else ""
    if page.path == "/player.html" and re.fullmatch(r"BV\w+", page.parameter("bvid"), re.ASCII):
        number = page.parameter("bvid")
    if not number:
        return None
    part = page.parameter("p") or page.parameter("page")
    query = f"?p={part}" if re.fullmatch(r"\d+", part, re.ASCII) and part != "1" else ""
    return page_identity(f"https://www.bilibili.com/video/{number}{query}", ReferenceKind.VIDEO)


def _vimeo(page: Page) -> Identity | None:
    match = re.fullmatch(r"(?:/video)?/(\d+)", page.path, re.ASCII)
    return page_identity(f"https://vimeo.com/{match[1]}", ReferenceKind.VIDEO) if match else None


_REDDIT_PATH = re.compile(
    r"/*(?:/(?:r|user|u)/[^/]+)?/comments/(?P<id>[a-z\d]+)(?:/[^/]*)?", _FLAGS
)


def _reddit(page: Page) -> Identity | None:
    """A post; a comment on it, which has one segment more, is a page of its own."""
    match = _REDDIT_PATH.fullmatch(page.path)
    if match is None:
        return None
    as_written = normalised(page.address._replace(host="www.reddit.com"))  # with the title in it
    key = f"url:https://www.reddit.com/comments/{match['id'].lower()}"
    return Identity(key, ReferenceKind.OTHER, as_written)


def _redd_it(page: Page) -> Identity | None:
    match = re.fullmatch(r"/([a-z\d]+)", page.path, _FLAGS)
    return (
        page_identity(f"https://www.reddit.com/comments/{match[1]}", folded=True) if match else None
    )


_ZHIHU_ARTICLE = re.compile(r"(?:/p|/tardis/\w+/art)/(?P<id>\d+)", re.ASCII)


def _zhihu(page: Page) -> Identity | None:
    match = _ZHIHU_ARTICLE.fullmatch(page.path)
    return page_identity(f"https://zhuanlan.zhihu.com/p/{match['id']}") if match else None


_CHINESE_VARIANT = re.compile(r"/zh(?:-[a-z]{2,4})?/(?=.)", re.ASCII)


def _wikipedia(page: Page) -> Identity | None:
    """An article, also on the site for telephones, and in another script of Chinese."""
    host, path = page.address.host.replace(".m.wikipedia.org", ".wikipedia.org"), page.address.path
    if host == "zh.wikipedia.org":
        path = _CHINESE_VARIANT.sub("/wiki/", path, count=1)
    address = page.address._replace(host=host, path=path)
    return None if address == page.address else page_identity(normalised(address))


_DOCUMENT = re.compile(
    r"/(?P<kind>document|spreadsheets|presentation)/(?:u/\d+/)?d/(?P<id>[\w-]{20,})(?:/.*)?",
    re.ASCII,
)


def _google_document(page: Page) -> Identity | None:
    match = _DOCUMENT.fullmatch(page.path)
    return (
        page_identity(f"https://docs.google.com/{match['kind']}/d/{match['id']}") if match else None
    )


_X_HOSTS = [
    "x.com", "twitter.com", "mobile.x.com", "mobile.twitter.com", "m.twitter.com", "fxtwitter.com",
    "vxtwitter.com", "fixupx.com", "fixvx.com", "xcancel.com", "nitter.net",
]  # fmt: skip
_YOUTUBE_HOSTS = ["youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"]
_REDDIT_HOSTS = ["reddit.com", "old.reddit.com", "new.reddit.com", "np.reddit.com", "m.reddit.com"]

_RULES: dict[str, Callable[[Page], Identity | None]] = {
    **dict.fromkeys(_X_HOSTS, _x),
    **dict.fromkeys(_YOUTUBE_HOSTS, _youtube),
    "youtu.be": _youtu_be,
    **dict.fromkeys(["bilibili.com", "m.bilibili.com", "player.bilibili.com", "b23.tv"], _bilibili),
    **dict.fromkeys(["vimeo.com", "player.vimeo.com"], _vimeo),
    **papers.RULES,
    **code_hubs.RULES,
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
    **{site: site for site in [*code_hubs.SITES, "gitlab.com", "openreview.net"]},
    "modelscope.cn": "www.modelscope.cn",
}
_BEFORE_IDENTIFIER = {
    "arxiv.org": re.compile(r"/+(?:abs|pdf|html)/*\?"),
    "openreview.net": re.compile(r"/+(?:forum|pdf)/*\?(?:id=?)?"),
    "youtube.com": re.compile(r"/+watch/*\?(?:v=?)?"),
    "mp.weixin.qq.com": re.compile(r"/+s/*\?"),
}
