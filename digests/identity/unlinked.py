"""Addresses and identifiers in a text that Markdown does not make links: without a scheme, with a
full-width colon, an arXiv number, a DOI, or what ``git clone`` takes."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from digests import markdown
from digests.identity import identifiers, indirect
from digests.identity.identifiers import ARXIV_ID
from digests.identity.naming import of_url
from digests.text import fold

# Up to a blank or the punctuation of a Chinese sentence, but for the colon and the stop, of which
# a Chinese keyboard makes full-width ones inside an address.
_REST = r"[^\s<>\"`{}|\\^，。；、！（）《》“”‘’【】「」…]"
_SCHEME = r"https?[ ]?(?:[:：][ ]?[/／]{1,2}|[/／]{2})[ ]?"
_DOMAINS = (
    "ai|app|be|blog|cc|club|cn|co|com|de|dev|edu|eu|fr|gg|gov|info|io|jp|kr|ly|me|net|org|page|press"
    "|pub|ru|sh|site|so|space|tech|to|top|tv|tw|uk|us|wiki|xyz"
)
_HOST = rf"(?:[a-z\d][a-z\d-]*[.．])+(?:{_DOMAINS})(?![\w-])(?::\d+)?"
_CLASS = r"(?:[ ]?\[[a-z.-]+\])?"  # of a paper on arXiv, as in [cs.LG]
_FOUND = re.compile(
    rf"(?P<full>{_SCHEME}{_REST}+)"
    rf"|(?P<clone>(?<![\w.@-])(?:(?:git\+)?ssh://|git\+https?://|git://|[\w-]+@[\w.-]+:){_REST}+)"
    rf"|(?P<bare>(?<![\w.．@/:-]){_HOST}[/／]{_REST}+)"
    r"|(?P<doi>(?<![\w./])(?:doi[ ]?[:：]?[ ]?)?10\.\d{4,9}(?:\.\d+)*[/／][!-~]{3,})"
    rf"|(?<![\w./])arxiv(?:[ ]?[:：][ ]?|[ ]){ARXIV_ID}(?![\w/]){_CLASS}",
    re.ASCII | re.IGNORECASE,
)
_WHOLE_HOST = re.compile(
    r"(?:www\.)?(?:[a-z\d-]+\.)+(?:com|org|net|edu|gov|cn|github\.io)/?", re.ASCII
)
# Numbers as arXiv gives them: year and month, then four digits until 2014, and five since.
_NUMBER = (
    r"(?P<number>(?:0[7-9]|1[0-4])(?:0[1-9]|1[0-2])\.\d{4}"
    r"|(?:1[5-9]|[2-4]\d)(?:0[1-9]|1[0-2])\.\d{5})(?:v\d+)?(?![\w/-]|\.\d)"
)
_ARXIV_NUMBER = re.compile(rf"(?<![\w./-]){_NUMBER}{_CLASS}", re.ASCII | re.IGNORECASE)
# The identifiers of papers in running text. An arXiv number stands alone or behind a page's name.
# A PDF may have given them other hyphens.
_IDENTIFIER = re.compile(
    r"(?<![\w.])(?P<doi>10\.\d{4,9}(?:\.\d+)*[/／][!#-\[\]_a-z~‐‑–−]{3,})"
    rf"|(?<![\w./])arxiv(?:[ ]?[:：][ ]?|[ ]){ARXIV_ID}(?![\w/])"
    rf"|(?:(?<![\w./-])|(?<=/abs/)|(?<=/pdf/)|(?<=/html/)|(?<=/papers/)){_NUMBER}",
    re.ASCII | re.IGNORECASE,
)
# What a line with an identifier has. To look for it first takes a fraction of the time.
_OF_NUMBER = re.compile(r"[0-9]\.[0-9]{4}")
_OF_OLD_NUMBER = re.compile(r"[A-Za-z]/[0-9]{7}")


class Unlinked(NamedTuple):
    """An address in a text from ``start`` to ``end``, and the URL that it means."""

    start: int
    end: int
    url: str


def addresses_in(text: str, *, is_paper: bool = False) -> list[Unlinked]:
    """The addresses in a text that has no link. ``is_paper``: a number such as ``2305.18290`` is
    one of arXiv."""
    if _WHOLE_HOST.fullmatch(text):
        return [Unlinked(0, len(text), f"https://{text}")]
    found = list(_addresses(text))
    if is_paper and not found:
        found = [
            Unlinked(*match.span(), f"https://arxiv.org/abs/{match['number']}")
            for match in _ARXIV_NUMBER.finditer(text)
        ]
    return found


def identifiers_in(text: str) -> list[str]:
    """The keys of the papers that a text names by an arXiv number or a DOI, linked or not."""
    found = dict[str, None]()
    for line in text.splitlines():
        if not (_OF_NUMBER.search(line) or _OF_OLD_NUMBER.search(line)):
            continue
        for match in _IDENTIFIER.finditer(line):
            if number := match["arxiv"] or match["number"]:
                found[identifiers.arxiv(number).key] = None
            elif work := identifiers.doi(fold(markdown.end_of_url(match["doi"]))):
                found[work.key] = None
    return list(found)


def _addresses(text: str) -> Iterator[Unlinked]:
    for match in _FOUND.finditer(text):
        written = match.group()
        if number := match["arxiv"]:
            url = f"https://arxiv.org/abs/{number}"
        elif match["doi"]:
            written = markdown.end_of_url(written)
            number = written[written.index("10.") :].replace("／", "/")
            url = f"https://doi.org/{number}"
        elif match["clone"]:
            written = markdown.end_of_url(written)
            url = indirect.meant(written)
        else:
            written, url = _url(written)
        if _is_readable(url):
            yield Unlinked(match.start(), match.start() + len(written), url)


def _url(written: str) -> tuple[str, str]:
    """The part of a text that is the URL; and the URL with a scheme, in half-width characters."""
    scheme = re.match(_SCHEME, written, re.IGNORECASE)
    before = scheme.end() if scheme else 0
    rest = unicodedata.normalize("NFKC", written[before:])
    if len(rest) != len(written) - before:
        rest = written[before:]
    rest = markdown.end_of_url(f"://{rest}")
    name = re.split(r"\W", scheme.group(), maxsplit=1)[0].lower() if scheme else "https"
    return written[: before + len(rest) - len("://")], f"{name}{rest}"


def _is_readable(url: str) -> bool:
    try:
        of_url(url)
    except ValueError:
        return False
    return True
