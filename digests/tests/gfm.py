"""What a digest file shows and links to, as another program reads it: cmark-gfm, GitHub's own.

Tests compare this with what the project found, so nothing of its parser may be used here.
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
_FOOTNOTE = re.compile(r"\[\^[^\]\[\s]+\]")  # its label; readers see a number
_WORD = re.compile(r"[^\W_]+")  # without _, which may be markup

# Up to a blank, Chinese punctuation, or what no URL may hold (RFC 3986, section 2).
_BARE_URL = re.compile(
    r"(?<![a-z0-9])https?://"
    r"[^\s<>\"`{}|\\^\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65“”‘’—…]+",
    re.IGNORECASE,
)


def links(markdown: str) -> set[str]:
    """The http(s) links outside code: of anchors and images, and those that stand bare in text.

    In the text of an HTML block nothing is a link, as a browser makes none of it either. That
    such text is in the HTML with its tags and is not in the HTML without them tells it apart.
    """
    whole, without_tags = _Html(_html(markdown)), _Html(_html(markdown, raw_html=False))
    return whole.links | (_bare_urls(whole) & _bare_urls(without_tags))


def visible_text(markdown: str) -> str:
    """The text, cut at each tag: a page may show ``a<u>b</u>`` as it is written."""
    return _FOOTNOTE.sub("\n", "\n".join(_Html(_html(markdown)).texts))


def text_of_main(html: str) -> str:
    """The text in the ``<main>`` of a page; of a formula, the source that names it."""
    return "".join(_Html(html, within="main").texts)


def lost_words(source: str, shown: str) -> set[str]:
    """The words that ``source`` has more often than ``shown``, NFKC on both sides.

    Occurrences are counted as substrings, as markup cuts words on one side only.
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
        self.link_texts: list[str] = []
        """Texts that may hold a bare URL: those outside links and code."""
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
        """A block ends words, and whatever an author left open in its line."""
        if tag not in _INLINE:
            self.texts.append("\n")
            self._inline.clear()


def _bare_urls(html: _Html) -> set[str]:
    found = (_trimmed(url) for text in html.link_texts for url in _BARE_URL.findall(text))
    return {url for url in found if not url.endswith("://")}


def _trimmed(url: str) -> str:
    """Without what ends the sentence rather than the URL: punctuation, a bracket too many."""
    while url[-1] in "?!.,:;*_~'" or (
        url[-1] in ")]" and url.count(url[-1]) > url.count("(["[")]".index(url[-1])])
    ):
        url = url[:-1]
    return url
