"""What a browser makes of a URL, and the one spelling of it that becomes a key.

ada parses as the WHATWG URL standard says (https://url.spec.whatwg.org), which is what browsers
do. What that leaves in two spellings is levelled here: scheme, percent-encoding (RFC 3986,
6.2.2), the order of parameters, and parameters that only say how a reader came to the page.
"""

import re
import string
from typing import NamedTuple

import ada_url

# Browsers drop tabs and line ends; within a host they are more likely an accident, or a disguise.
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
# Servers read these alike whether escaped or not. Not so what may separate: / ; = , in a path
# (RFC 3986, 3.3), & and = in a query, and + which some take for a blank.
_PLAIN_IN_PATH = frozenset(_UNRESERVED + "!$&'()*:@")
_PLAIN_IN_QUERY = frozenset(_UNRESERVED + "!$'()*,:;@/?")

# Parameters that name a click, a campaign or a sharer, never a page. Mostly the list by which
# Brave filters queries (brave-core, components/query_filter/utils.cc), which Firefox's strip list
# overlaps; utm_* are Google Analytics', spm and share_source what Alibaba's and Bilibili's add.
_TRACKING = frozenset([
    "__hsfp", "__hssc", "__hstc", "__s", "_bhlid", "_branch_match_id", "_branch_referrer", "_gl",
    "_hsenc", "_hsmi", "_kx", "_openstat", "dclid", "fb_action_ids", "fbclid", "gbraid", "gclid",
    "gclsrc", "guce_referrer", "guce_referrer_sig", "hsctatracking", "igsh", "igshid", "irclickid",
    "li_fat_id", "mc_cid", "mc_eid", "mkt_tok", "ml_subscriber", "ml_subscriber_hash", "msclkid",
    "mtm_cid", "oly_anon_id", "oly_enc_id", "pk_cid", "rb_clickid", "s_cid", "share_source", "spm",
    "srsltid", "ss_email_id", "ttclid", "twclid", "vero_conv", "vero_id", "wbraid", "wickedid",
    "yclid", "ymclid", "ysclid",
])  # fmt: skip
# What sites add to their own links, by the last two labels of the host; elsewhere these names mean
# something else. Those of x.com, YouTube, Reddit, Medium, LinkedIn and Spotify are in the rules of
# Brave or ClearURLs (https://github.com/ClearURLs/Rules), the others in what people share.
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
# A WeChat article is these four, and some thirty others say who shared it, when and where.
# Other addresses of that host (timestamp and signature of a search) have none of them.
_WECHAT_HOST = "mp.weixin.qq.com"
_WECHAT_ARTICLE = {"__biz", "mid", "idx", "sn"}
_WECHAT_SHORT_PATH = re.compile(r"/s/[\w-]+", re.ASCII)  # names the article by itself


class Address(NamedTuple):
    """A URL in parts: ASCII, the host in lower case, path and query still percent-encoded."""

    host: str
    port: str
    path: str
    query: str


def parse(url: str) -> Address:
    """The parts of a URL that say which page it is: not its scheme, user, password or fragment.

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
    # ada checks what it encodes, but takes Punycode as it comes; it leaves what it cannot decode.
    if "xn--" in host and "xn--" in ada_url.idna_to_unicode(host):
        raise ValueError("no internationalised domain name")
    port = match["port"] or ""
    return Address(host, "" if port == ":443" else port, match["path"], match["query"] or "")


def normalised(address: Address) -> str:
    """The one spelling of all URLs of this page."""
    path = _one_spelling(address.path, _PLAIN_IN_PATH)
    query = f"?{parameters}" if (parameters := _parameters(address)) else ""
    return f"https://{address.host}{address.port}{path}{query}"


def _one_spelling(text: str, plain: frozenset[str]) -> str:
    """``plain`` characters as themselves, unusual ones escaped, the others as they came.

    It never decodes bytes to text: of a query in GB18030, replacement characters would be left.
    """

    def spelling(match: re.Match[str]) -> str:
        found = match[0]
        char = chr(int(found[1:], 16)) if len(found) == 3 else found
        return char if char in plain else f"%{ord(char):02X}"

    return _ESCAPED_OR_UNUSUAL.sub(spelling, text)


def _parameters(address: Address) -> str:
    """The query without tracking, sorted by name. Repeated names keep their order (WHATWG, sort).

    A plus is a blank, and no value an empty one (WHATWG, application/x-www-form-urlencoded).
    """
    if not address.query:
        return ""
    of_site = _TRACKING_OF_SITE.get(".".join(address.host.rsplit(".", 2)[-2:]), frozenset())
    parameters = []
    for parameter in address.query.replace("+", "%20").split("&"):
        name, _, value = _one_spelling(parameter, _PLAIN_IN_QUERY).partition("=")
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
