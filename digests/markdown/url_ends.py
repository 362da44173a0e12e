"""The end of a bare URL: before text that follows without a blank, as Chinese text does, or inside
the target of a link that is broken."""

import re

# Letters of scripts that are written without blanks: Han, kana, bopomofo, hangul.
_LETTERS = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3040-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
# Zero-width characters, arrows, symbols, emoji.
_SIGNS = "\u2000-\u2bff\ufe0e\ufe0f\ufeff\U0001f000-\U0001faff"
_SIGN = re.compile(f"[{_SIGNS}]")
_TEXT = re.compile(f"[{_LETTERS}{_SIGNS}]")
_URL = re.compile("https?://", re.IGNORECASE)
_HOST = re.compile(r"://(?:[^/?#@]*@)?(?P<name>[^/?#:]*)[^/?#]*")

# Sites whose paths are ASCII by rule, with all hosts below them.
_ASCII_SITES = frozenset([
    "36kr.com", "aclanthology.org", "acm.org", "alphaxiv.org", "anthropic.com", "ar5iv.org",
    "arxiv.org", "b23.tv", "bilibili.com", "biorxiv.org", "bit.ly", "bitbucket.org", "bsky.app",
    "codeberg.org", "colab.research.google.com", "crates.io", "csdn.net", "dblp.org",
    "deepwiki.com", "discord.gg",
    "docs.google.com", "doi.org", "drive.google.com", "emergentmind.com", "frontiersin.org",
    "git.io", "gitcode.com", "gitee.com", "github.com", "githubusercontent.com", "gitlab.com",
    "goo.gl", "hf-mirror.com", "hf.co", "huggingface.co", "ieee.org", "jmlr.org", "juejin.cn",
    "kaggle.com", "lnkd.in", "mdpi.com", "medrxiv.org", "mlr.press", "modelscope.cn",
    "mp.weixin.qq.com", "nature.com", "neurips.cc", "news.ycombinator.com", "nips.cc", "npmjs.com",
    "ollama.com", "openai.com", "openreview.net", "papers.cool", "paperswithcode.com",
    "plos.org", "pnas.org", "pypi.org",
    "redd.it", "science.org", "sciencedirect.com", "scirate.com", "semanticscholar.org",
    "springer.com", "ssrn.com", "t.co", "thecvf.com", "twitter.com", "usenix.org", "vimeo.com",
    "wandb.ai", "weibo.com", "wiley.com", "x.com", "xcancel.com", "youtu.be", "youtube.com",
    "zenodo.org", "zhihu.com",
])  # fmt: skip
# What people name may be Chinese on these sites too: a file in a repository, an anchor and a
# channel, if the name begins so, and the words of a search.
_CHINESE_NAME = re.compile(
    r"(?:/(?:blob|tree|raw|edit|wiki)/|[?#]).*[/=#&+_-]\Z|#\Z|/@\Z"
    r"|[?&](?:q|query|search_query|keyword|kw|wd|text)=[^&#]*\Z"
)

# The target of a link, and the rest of a target behind a blank or a line end. A target that is not
# broken may be followed by a title, a size (``=300x``), an attribute or a second URL.
_OPENS_TARGET = re.compile(r"\]\([ \t\n]*<?\Z|<\Z")
_REST = re.compile(
    r"(?P<blank>[ \t]*+\n?+[ \t]*+)(?!=|\{|\w+=|\S{0,300}://)(?P<rest>[^\n\"'()<>\[\]]{1,300}+)[)>]"
)
_FULL_WIDTH_SCHEME = re.compile("(https?)[:：][/／]{2}", re.IGNORECASE)
_HOST_OF_TARGET = re.compile(r"((?:[a-z\d-]+\.)+[a-z]{2,})/.", re.IGNORECASE)
_ENDS_UNFINISHED = re.compile(r"[/=&?#%+._-]\Z")
_EXTENSION = re.compile(r"\.[A-Za-z]\w{1,4}\Z", re.ASCII)


def with_scheme(target: str) -> str:
    """The target of a link with a scheme, if one was left out before ``www.`` or a known site, or
    has full-width signs."""
    if scheme := _FULL_WIDTH_SCHEME.match(target):
        return f"{scheme[1]}://{target[scheme.end() :]}"
    host = _HOST_OF_TARGET.match(target)
    is_address = host and (host[1].lower().startswith("www.") or _has_ascii_paths(host[1]))
    return f"https://{target}" if is_address else target


def without_following_text(url: str) -> str:
    """Cut a bare URL, which begins with ``://``, where the words of the text begin.

    No host holds a Chinese, Japanese or Korean letter, and no path of a site whose paths are ASCII.
    Elsewhere such a letter belongs to the path, unless a sign of the sentence stands before it or
    another URL follows.
    """
    if url.isascii() or (host := _HOST.match(url)) is None:
        return url
    text = _TEXT.search(url)
    if text is None:
        return url
    before = url[: text.start()]
    if text.start() < host.end():
        return before.rstrip("-_([")
    if _has_ascii_paths(host["name"]):
        return url if _CHINESE_NAME.search(before) else _without_signs(before)
    is_text = _ends_with_a_mark(before) or _URL.search(url, text.end()) or _is_sign(before, text)
    return _without_signs(before) if is_text else url


def _without_signs(url: str) -> str:
    """Trim a bracket that the text opens, and a dash."""
    url = url.rstrip("([")
    return url.rstrip("-") if url.endswith("--") else url


def _has_ascii_paths(host: str) -> bool:
    labels = host.lower().rstrip(".").split(".")
    return any(".".join(labels[first:]) in _ASCII_SITES for first in range(len(labels) - 1))


def _is_sign(before: str, text: re.Match[str]) -> bool:
    """True for an arrow or an emoji behind a word, no part of a name."""
    return _SIGN.match(text.group()) is not None and before[-1].isalnum()


def _ends_with_a_mark(url: str) -> bool:
    """True if a sign of the sentence or of its markup is at the end, such as a comma or a bracket
    that was not opened in the URL."""
    last = url[-1]
    if last in ")]":
        return url.count(last) > url.count("(["[")]".index(last)])
    return last in ",;*" or url.endswith(("~~", "--"))


def broken_target(text: str, start: int, end: int) -> str:
    """The whole target of a link, if the URL from ``start`` to ``end`` is only its first part;
    else empty.

    Before a blank the URL is a part if one ASCII word follows, or words that end as a file does.
    Before a line end it is one also if it stops at a sign such as ``/``.
    """
    if not text[end : end + 1].isspace():
        return ""
    if not _OPENS_TARGET.search(text, max(0, start - 20), start):
        return ""
    match = _REST.match(text, end)
    if match is None:
        return ""
    url, rest = text[start:end], match["rest"].rstrip()
    is_word = not re.search(r"\s", rest)
    is_cut = "\n" in match["blank"] and _ENDS_UNFINISHED.search(url) is not None
    if (is_word and (rest.isascii() or is_cut)) or _EXTENSION.search(rest):
        return f"{url} {rest}"
    return ""
