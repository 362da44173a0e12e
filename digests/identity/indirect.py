"""URLs that stand for another one, which they hold: redirectors, proxies, and addresses of clones.

Nothing is fetched: a short URL (t.co, b23.tv) does not say where it leads.
"""

import re
from urllib.parse import parse_qsl, unquote

from digests.identity import addresses

_MOST_STEPS = 3  # a redirector may lead to another one

# The parameters that hold the target, by host without www, and by path where the host has other
# pages. A host of Google is `google` here.
_REDIRECTORS = {
    "google/url": "q url", "google/imgres": "imgrefurl", "youtube.com/redirect": "q",
    "link.zhihu.com/": "target", "link.juejin.cn/": "target", "link.csdn.net/": "target",
    "link.jianshu.com/": "t", "jianshu.com/go-wild": "url", "gitee.com/link": "target",
    "sspai.com/link": "target", "douban.com/link2/": "url", "weibo.cn/sinaurl": "u toasturl",
    "xie.infoq.cn/link": "target", "oschina.net/action/GoToLink": "url",
    "developer.aliyun.com/redirect": "target", "link.segmentfault.com/": "url",
    "cloud.tencent.com/developer/tools/blog-entry": "target", "yuque.com/r/goto": "url",
    "c.pc.qq.com/*": "pfurl url", "hellogithub.com/periodical/statistics/click": "target",
    "l.facebook.com/l.php": "u", "lm.facebook.com/l.php": "u", "l.instagram.com/": "u",
    "linkedin.com/redir/redirect": "url", "linkedin.com/safety/go": "url",
    "out.reddit.com/*": "url", "t.umblr.com/redirect": "z", "vk.com/away.php": "to",
    "steamcommunity.com/linkfilter/": "url u", "duckduckgo.com/l/": "uddg", "exit.sc/": "url",
    "slack-redir.net/link": "url", "t.me/iv": "url", "ref.gamer.com.tw/redir.php": "url",
    "safelinks.protection.outlook.com/": "url",
}  # fmt: skip
_GOOGLE = re.compile(r"google(?:\.[a-z]{2,3}){1,2}", re.ASCII)
# Hosts that take a whole URL as their path, such as proxies for files of GitHub.
_PROXIES = frozenset([
    "ghproxy.com", "mirror.ghproxy.com", "gh-proxy.com", "ghproxy.net", "ghfast.top", "gh.llkk.cc",
    "ghps.cc", "gh.api.99988866.xyz", "r.jina.ai", "12ft.io", "txtify.it",
])  # fmt: skip

# Hosts of repositories, with the pages that show what is cloned from them.
_HUBS = {
    "github.com": "github.com", "ssh.github.com": "github.com", "gitlab.com": "gitlab.com",
    "altssh.gitlab.com": "gitlab.com", "gitee.com": "gitee.com", "bitbucket.org": "bitbucket.org",
    "codeberg.org": "codeberg.org", "gitcode.com": "gitcode.com",
    "huggingface.co": "huggingface.co", "hf.co": "huggingface.co",
}  # fmt: skip
_CLONE = re.compile(
    r"(?:(?:git\+)?(?:ssh|https?)://|git://)(?:[\w.-]+@)?(?P<host>[\w.-]+)(?::\d+)?/+(?P<path>\S+)"
    r"|[\w.-]+@(?P<scp_host>[\w.-]+):/*(?P<scp_path>[^\s/]\S*)",
    re.ASCII | re.IGNORECASE,
)


def meant(url: str) -> str:
    """The URL that this one stands for; the same if it stands for none."""
    url = _page_of_clone(url)
    for _ in range(_MOST_STEPS):
        is_alone = "http" not in url[4:].lower()  # true for nearly all URLs
        target = "" if is_alone else _target(url)
        if not target:
            break
        url = target
    return url


def _page_of_clone(url: str) -> str:
    """The page of a repository that ``git clone`` takes: ``git@github.com:a/b.git``, ``ssh://…``."""
    if url[:4].lower() == "http":
        return url
    match = _CLONE.fullmatch(url.strip())
    hub = _HUBS.get((match["host"] or match["scp_host"]).lower()) if match else None
    return f"https://{hub}/{match['path'] or match['scp_path']}" if match and hub else url


def _target(url: str) -> str:
    """The URL in this one; empty if there is none that a browser could open."""
    try:
        address = addresses.parse(url)
    except ValueError:
        return ""
    host = address.host.removeprefix("www.")
    if host in _PROXIES:
        query = f"?{address.query}" if address.query else ""
        return _readable(f"{address.path.lstrip('/')}{query}")
    names = _names_of_target(host, address.path).split()
    if not names:
        return ""
    parameters = dict(parse_qsl(address.query, keep_blank_values=True))
    return next((found for name in names if (found := _readable(parameters.get(name, "")))), "")


def _names_of_target(host: str, path: str) -> str:
    site = "google" if _GOOGLE.fullmatch(host) else host
    site = re.sub(r"\A[a-z\d]+\.(?=safelinks\.)", "", site)
    found = _REDIRECTORS.get(f"{site}{path}") or _REDIRECTORS.get(f"{site}{path.rstrip('/')}/")
    return found or _REDIRECTORS.get(f"{site}/*", "")


def _readable(target: str) -> str:
    """The target, unescaped once more if need be, if it is an http(s) URL; else empty."""
    for text in (target, unquote(target)):
        url = re.sub(r"\A(https?):/+", r"\1://", text, flags=re.IGNORECASE)
        if re.match("https?://", url, re.IGNORECASE):
            try:
                addresses.parse(url)
            except ValueError:
                return ""
            return url
    return ""
