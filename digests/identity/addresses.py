"""URLs parsed as browsers parse them, and normalised into one spelling that becomes a key.

ada parses by the WHATWG URL standard (https://url.spec.whatwg.org), as browsers do. This module
also normalises the scheme, percent-encoding (RFC 3986, 6.2.2) and the order of parameters, and
drops tracking parameters.
"""

import re
import string
from typing import NamedTuple

import ada_url

# Browsers drop tabs and line ends. In a host they are refused: an accident, or a disguise.
_BREAK_IN_HOST = re.compile(r"[^:]*:[/\\]*[^/\\?#]*?[\t\n\r][^/\\?#\s]")

# A URL as the standard writes it. The host is an IP address, or labels of at most 63 characters
# (RFC 1035, 2.3.4).
_HREF = re.compile(
    r"https?://(?:[^/@]*@)?"
    r"(?P<host>\[[^\]]+\]|[^.:/\[]{1,63}(?:\.[^.:/\[]{1,63})*)\.?(?P<port>:\d+)?"
    r"(?P<path>/[^?#]*)(?:\?(?P<query>[^#]*))?",
    re.ASCII,
)

_ESCAPED_OR_UNUSUAL = re.compile(r"%[0-9A-Fa-f]{2}|[^\w.~!$&'()*+,;=:@/?-]", re.ASCII)
_UNRESERVED = string.ascii_letters + string.digits + "-._~"
# Characters that mean the same whether escaped or not. Delimiters are left out, because escaping
# changes their meaning: / ; = , in a path (RFC 3986, 3.3), & and = in a query, + (a blank to some).
_PLAIN_IN_PATH = frozenset(_UNRESERVED + "!$&'()*:@")
_PLAIN_IN_QUERY = frozenset(_UNRESERVED + "!$'()*,:;@/?")
_PLAIN_IN_VALUE = _PLAIN_IN_QUERY | {"="}  # only the first = of a parameter is a delimiter

# Tracking parameters: they name a click, a campaign or a sharer, never a page. Most come from
# Brave's filter (brave-core, components/query_filter/utils.cc), which overlaps Firefox's strip
# list. utm_* are Google Analytics'; sites of Alibaba add spm, Bilibili adds share_source.
_TRACKING = frozenset([
    "__hsfp", "__hssc", "__hstc", "__s", "_bhlid", "_branch_match_id", "_branch_referrer", "_gl",
    "_hsenc", "_hsmi", "_kx", "_openstat", "dclid", "fb_action_ids", "fbclid", "gbraid", "gclid",
    "gclsrc", "guce_referrer", "guce_referrer_sig", "hsctatracking", "igsh", "igshid", "irclickid",
    "li_fat_id", "mc_cid", "mc_eid", "mkt_tok", "ml_subscriber", "ml_subscriber_hash", "msclkid",
    "mtm_cid", "oly_anon_id", "oly_enc_id", "pk_cid", "rb_clickid", "s_cid", "share_source", "spm",
    "srsltid", "ss_email_id", "ttclid", "twclid", "vero_conv", "vero_id", "wbraid", "wickedid",
    "yclid", "ymclid", "ysclid",
])  # fmt: skip
# Tracking parameters of single sites, by the last two labels of the host; other sites use these
# names for other things. Sources: Brave and ClearURLs (https://github.com/ClearURLs/Rules) for
# x.com, YouTube, Reddit, Medium, LinkedIn and Spotify; shared links for the rest.
_TRACKING_OF_SITE = {
    site: frozenset(names.split())
    for sites, names in {
        "x.com twitter.com": "s t ref_src ref_url",
        "youtube.com youtu.be": "si feature pp",
        "bilibili.com": "vd_source spm_id_from from_spmid from_source seid unique_k bbid buvid"
        " share_medium share_plat share_session_id share_tag share_times share_from",
        "reddit.com": "share_id ref_source ref_campaign correlation_id",
        "medium.com": "source",
        "linkedin.com": "trk trackingid refid",
        "spotify.com": "si",
        "csdn.net": "ops_request_misc request_id biz_id",
    }.items()
    for site in sites.split()
}
# These four parameters identify a WeChat article; some thirty others say who shared it, when and
# where. Other pages of the host, such as those of a search, have none of the four.
_WECHAT_HOST = "mp.weixin.qq.com"
_WECHAT_ARTICLE = {"__biz", "mid", "idx", "sn"}
_WECHAT_SHORT_PATH = re.compile(r"/s/[\w-]+", re.ASCII)  # names the article by itself


class Address(NamedTuple):
    """The parts of a URL, in ASCII: host in lower case, path and query still percent-encoded."""

    host: str
    port: str
    path: str
    query: str


def parse(url: str) -> Address:
    """Parse the parts that identify a page: no scheme, user, password or fragment.

    Raises ValueError if it is no http(s) URL that a browser could open.
    """
    if _BREAK_IN_HOST.match(url):
        raise ValueError("the host is broken by a tab or a line end")
    href = ada_url.URL(url).href
    match = _HREF.match(href)
    if match is None:
        raise ValueError("no http(s) URL with a host")
    if "\0" in url or "%00" in href:
        raise ValueError("no database stores NUL")
    host = match["host"]
    # ada does not validate Punycode that is encoded already. Its decoder leaves invalid labels.
    if "xn--" in host and "xn--" in ada_url.idna_to_unicode(host):
        raise ValueError("no internationalised domain name")
    port = match["port"] or ""
    return Address(host, "" if port == ":443" else port, match["path"], match["query"] or "")


def normalised(address: Address) -> str:
    """The canonical URL: every URL of one page gives the same text."""
    path = _one_spelling(address.path, _PLAIN_IN_PATH)
    if address.host == _WECHAT_HOST and path == "/s/":
        path = "/s"
    query = f"?{parameters}" if (parameters := _parameters(address)) else ""
    return f"https://{address.host}{address.port}{path}{query}"


def _one_spelling(text: str, plain: frozenset[str]) -> str:
    """Unescape the ``plain`` characters and escape the unusual ones; leave the others.

    Escaped bytes are never decoded to text, because a query in GB18030 would lose characters.
    """

    def spelling(match: re.Match[str]) -> str:
        found = match[0]
        char = chr(int(found[1:], 16)) if len(found) == 3 else found
        return char if char in plain else f"%{ord(char):02X}"

    return _ESCAPED_OR_UNUSUAL.sub(spelling, text)


def _parameters(address: Address) -> str:
    """The query without tracking parameters, stably sorted by name (WHATWG, sort).

    By WHATWG's application/x-www-form-urlencoded, ``+`` equals ``%20`` and ``a`` equals ``a=``.
    """
    if not address.query:
        return ""
    of_site = _TRACKING_OF_SITE.get(".".join(address.host.rsplit(".", 2)[-2:]), frozenset())
    parameters = []
    for parameter in address.query.replace("+", "%20").split("&"):
        name, _, value = parameter.partition("=")
        name, value = _one_spelling(name, _PLAIN_IN_QUERY), _one_spelling(value, _PLAIN_IN_VALUE)
        if address.host == _WECHAT_HOST:
            name = name.removeprefix("amp;")  # a link from the source of a page
        lower = name.lower()
        if not (lower in _TRACKING or lower in of_site or lower.startswith("utm_")):
            parameters.append((name, value))
    if address.host == _WECHAT_HOST and _WECHAT_SHORT_PATH.fullmatch(address.path):
        return ""
    if address.host == _WECHAT_HOST and {name for name, _ in parameters} >= _WECHAT_ARTICLE:
        parameters = [item for item in parameters if item[0] in _WECHAT_ARTICLE]
    parameters.sort(key=lambda item: item[0])
    return "&".join(
        f"{name}={value}" if value else name for name, value in parameters if name or value
    )
