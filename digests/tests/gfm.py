"""A second reader of digest files: text and links by cmark-gfm, GitHub's own parser.

Tests compare its results with the project's, so none of the project's parser may be used here.
"""

import re
import unicodedata
from html.parser import HTMLParser

from cmarkgfm.cmark import Options, markdown_to_html_with_extensions

_FRONT_MATTER = re.compile(
    r"\A\ufeff?(?P<fence>---|\+\+\+)[ \t]*\r?\n.*?^(?P=fence)[ \t]*\r?$\n?",
    re.DOTALL | re.MULTILINE,
)
_INLINE = {"a", "abbr", "b", "code", "del", "em", "font", "i", "img", "kbd", "mark", "s", "small"}
_INLINE |= {"span", "strong", "sub", "sup", "u"}
_INVISIBLE = {"script", "style"}
_FOOTNOTE = re.compile(r"\[\^[^\]\[\s]+\]")  # the label, for which readers see a number
_WORD = re.compile(r"[^\W_]+")  # without _, which may be markup

# Up to a blank, Chinese punctuation, or what no URL may hold (RFC 3986, section 2).
_BARE_URL = re.compile(
    r"(?<![a-z0-9])https?://"
    r"[^\s<>\"`{}|\\^\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65“”‘’—…]+",
    re.IGNORECASE,
)

# No letter of Chinese, Japanese or Korean stands in a host, nor on sites that have none in paths.
_WORDS = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_IN_ASCII = re.compile(r"https?://(?:[^/?#]*|(?:[\w-]+\.)*(?:arxiv\.org|github\.com|youtu\.be)/.*)")


def links(markdown: str) -> set[str]:
    """The http(s) links outside code: of anchors and images, and bare URLs in text.

    A bare URL in an HTML block is no link, as in a browser. It is recognised by its absence from
    the HTML that cmark makes without raw HTML.
    """
    whole, without_tags = _Html(_html(markdown)), _Html(_html(markdown, raw_html=False))
    return whole.links | (_bare_urls(whole) & _bare_urls(without_tags))


def visible_text(markdown: str) -> str:
    """The text, cut at each tag, because a page may show the source of ``a<u>b</u>``."""
    return _FOOTNOTE.sub("\n", "\n".join(_Html(_html(markdown)).texts))


def text_of_main(html: str) -> str:
    """The text in the ``<main>`` of a page; a formula counts as its source."""
    return "".join(_Html(html, within="main").texts)


def lost_words(source: str, shown: str) -> set[str]:
    """The words that ``source`` has more often than ``shown``, NFKC on both sides.

    Occurrences count as substrings, because markup cuts words on one side only.
    """
    source, shown = (unicodedata.normalize("NFKC", text) for text in (source, shown))
    return {word for word in set(_WORD.findall(source)) if source.count(word) > shown.count(word)}


def _html(markdown: str, *, raw_html: bool = True) -> str:
    options = Options.CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE
    if raw_html:
        options |= Options.CMARK_OPT_UNSAFE
    body = _FRONT_MATTER.sub("", markdown)
    html: str = markdown_to_html_with_extensions(
        body, options, ["table", "strikethrough", "tasklist"]
    )
    return html


class _Html(HTMLParser):
    def __init__(self, html: str, *, within: str = "") -> None:
        super().__init__()
        self.links: set[str] = set()
        # The texts outside links and code, which may hold a bare URL.
        self.link_texts: list[str] = []
        self.texts: list[str] = []
        self._within = within
        self._formula = False
        self._depth: dict[str, int] = {}
        self._inline: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._meet(tag)
        if tag == "math":
            self.texts.append(dict(attrs).get("alttext") or "")
            self._formula = True
        target = dict(attrs).get({"a": "href", "img": "src"}.get(tag, ""))
        if target and re.match(r"(?:www\.|arxiv\.org/|github\.com/)", target):
            target = f"https://{target}"  # an address, and no page of the site that shows the text
        if target and re.match(r"https?://", target.strip(), re.IGNORECASE) and not self._in_code:
            self.links.add(target.strip())
        if tag in _INLINE:
            self._inline.add(tag)
        else:
            self._depth[tag] = self._depth.get(tag, 0) + 1

    def handle_endtag(self, tag: str) -> None:
        self._meet(tag)
        self._formula = self._formula and tag != "math"
        if tag in _INLINE:
            self._inline.discard(tag)
        else:
            self._depth[tag] = max(0, self._depth.get(tag, 0) - 1)

    def handle_data(self, data: str) -> None:
        if self._formula or any(self._depth.get(tag, 0) > 0 for tag in _INVISIBLE):
            return
        if self._within and not self._depth.get(self._within, 0) > 0:
            return
        self.texts.append(data)
        if "a" not in self._inline and not self._in_code:
            self.link_texts.append(data)

    @property
    def _in_code(self) -> bool:
        return "code" in self._inline or self._depth.get("pre", 0) > 0

    def _meet(self, tag: str) -> None:
        """Separate texts at the end of a block, and close what raw HTML left open."""
        if tag not in _INLINE:
            self.texts.append("\n")
            self._inline.clear()


def _bare_urls(html: _Html) -> set[str]:
    found = (_trimmed(url) for text in html.link_texts for url in _BARE_URL.findall(text))
    return {url for url in found if not url.endswith("://")}


def _trimmed(url: str) -> str:
    """Strip a URL of the punctuation and the unbalanced brackets that belong to the sentence."""
    words = _WORDS.search(url)
    if words and _IN_ASCII.fullmatch(url, 0, words.start()):
        url = url[: words.start()].rstrip("-")
    while url[-1] in "?!.,:;*_~'" or (
        url[-1] in ")]" and url.count(url[-1]) > url.count("(["[")]".index(url[-1])])
    ):
        url = url[:-1]
    return url
