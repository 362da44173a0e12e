"""Markdown → safe HTML, at the only place that may call ``mark_safe``.

Raw HTML passes through markdown-it; nh3 then keeps what is on the list below and nothing else,
and the Content-Security-Policy stands behind it. HTML is made once, at the write, and stored.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import groupby

import nh3
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from digests import html as raw_html
from digests import markdown
from digests.parsing import (
    ListedItem,
    ParsedBody,
    ParsedCitation,
    ParsedPoint,
    Part,
    parse_body,
)
from digests.vocabulary import PointKind, ReferenceKind

RENDERER_VERSION = 3
"""Raise it with every change of the HTML for one Markdown: stored HTML then counts as stale."""

_SHALLOWEST_HEADING = 3  # a page has its h1, and a topic on it may be an h2
_UPLOADED = re.compile(r"/uploads/[0-9a-f]{32}\.[a-z]+")
# What browsers read as something else than HTML, so that words would vanish in it. GitHub shows
# these tags as text too: https://github.github.com/gfm/#disallowed-raw-html-extension-
_SWALLOWING = {"title", "textarea", "style", "xmp", "iframe", "noembed", "noframes"}
_SWALLOWING |= {"script", "plaintext", "template"}
# All other attributes would be dropped, but not before a parser had copied a <b id=1> into each
# paragraph below it: it takes only tags without any for the same, and stops at three.
_WITH_ATTRIBUTES = {"a", "img", "ol"}
_DEEPEST = 100
"""Open tags of raw HTML: a parser looks through all of them at each new one."""
# Tags that no end tag needs to follow.
_NOT_NESTING = {"a", "p", "li", "dt", "dd", "rt", "rp", "thead", "tbody", "tfoot", "tr", "td", "th"}
_NOT_NESTING |= {"br", "hr", "img", "wbr", "col", "input", "source", "track", "area", "embed"}
_NOT_NESTING |= {"link", "meta", "base", "param", "option", "optgroup", "colgroup", "caption"}
_LOOSE_TAG = re.compile(r"<(?=/?[a-z])", re.IGNORECASE)
_LINK_REL = "noopener noreferrer"
_NOT_IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&"}
_ALIGNMENTS = {"left", "center", "right"}

# Nothing an author writes can have these classes.
_POINT_OPENING = re.compile(
    r'<div class="point" data-kind="(?P<kind>\w+)"><dt class="label">(?P<label>[^<]*)'
)
_ITEM_LABEL = re.compile(r'<span class="label" data-kind="\w+">(?P<label>[^<]*)</span> ')

_CLEANER = nh3.Cleaner(
    tags={"p", "br", "hr", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li"}
    | {"strong", "em", "s", "code", "pre", "a", "img"}
    | {"table", "thead", "tbody", "tr", "th", "td", "caption"}
    # Only raw HTML has these.
    | {"details", "summary", "div", "dl", "dt", "dd", "figure", "figcaption", "ruby", "rt", "rp"}
    | {"b", "i", "u", "del", "ins", "sub", "sup", "kbd", "mark", "q", "small", "abbr", "cite"},
    attributes={
        "a": {"href", "title"},
        "img": {"src", "alt", "title"},
        "ol": {"start"},
        "table": {"tabindex"},
    },
    allowed_classes={tag: {f"align-{side}" for side in _ALIGNMENTS} for tag in ("th", "td")},
    url_schemes={"http", "https", "mailto"},
    link_rel=_LINK_REL,
)
_TITLE_CLEANER = nh3.Cleaner(
    tags={"a", "strong", "em", "s", "code", "b", "i", "sub", "sup"},
    attributes={"a": {"href", "title"}},
    url_schemes={"http", "https", "mailto"},
    link_rel=_LINK_REL,
)


@dataclass(frozen=True)
class RenderedBody:
    """What a text comes to: HTML and values, and nothing of the tokens that they were made of.

    ``items`` are the listed references as written, in the order of `ParsedCitation.item`.
    """

    title: str
    html: str
    items: tuple[str, ...]
    points: tuple[tuple[str, PointKind, str], ...]
    citations: tuple[ParsedCitation, ...]


def render(body: ParsedBody) -> RenderedBody:
    return RenderedBody(
        title=render_title(body),
        html=render_body(body),
        items=tuple(render_item(item) for item in body.items),
        points=tuple((point.label, point.kind, point.text) for point in body.points),
        citations=body.citations,
    )


def render_body(body: ParsedBody) -> SafeString:
    """A body without its cited items: points as labelled blocks, the rest as it stands."""
    shown = (part for part in body.parts if not (isinstance(part, ListedItem) and part.is_cited))
    return stored(_parts(shown))


def render_item(item: ListedItem) -> SafeString:
    """One listed reference as written, its label first."""
    return stored(_item(item))


def render_title(body: ParsedBody) -> SafeString:
    """What the heading says, with its links; empty where plain text says it all."""
    children = body.title[0].children or [] if body.title else []
    if all(child.type == "text" for child in children):
        return stored("")
    return stored(_TITLE_CLEANER.clean(_RENDERER.renderInline(children, markdown.OPTIONS, {})))


def preview(text: str) -> SafeString:
    """What readers will see of a body that is being edited, its references at the end."""
    body = parse_body(text)
    return stored(str(render_body(body)) + _parts(body.items))


def stored(html: str) -> SafeString:
    """HTML that this module made, fresh or out of a column that nothing else is written to."""
    return mark_safe(html)  # noqa: S308 - see above


def data_block(value: object) -> SafeString:
    """JSON that may stand in a ``<script>``, with the escapes of Django's `json_script`, which has
    no other type than ``application/json``."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return stored(text.translate(_NOT_IN_SCRIPT))


def with_permalinks(html: str, *, name: str, prefix: str = "", page: str = "") -> SafeString:
    """The stored HTML of a body, each point with an id and a link to itself, whose name for those
    who cannot see it begins with ``name``.

    An id is the kind and which one of it this is (``opinion``, ``opinion-2``): it stays when points
    of other kinds come, go or move. ``page`` is the address where these ids stand without
    ``prefix``, if that is another page.
    """
    seen: Counter[str] = Counter()

    def opening(point: re.Match[str]) -> str:
        kind, label = point["kind"], point["label"]
        seen[kind] += 1
        ordinal = seen[kind]
        own = ("point" if kind == PointKind.OTHER else kind) + (f"-{ordinal}" * (ordinal > 1))
        words = f"{escape(name)} {label}" + f" {ordinal}" * (ordinal > 1)
        return (
            f'<div class="point" id="{prefix}{own}" data-kind="{kind}"><dt class="label">{label}'
            f'<a class="point__link" href="{escape(page)}#{own}" aria-label="{words}"></a>'
        )

    return stored(_POINT_OPENING.sub(opening, html))


def label_and_text(html: str) -> tuple[str, SafeString]:
    """A stored `render_item`: its label as plain text, or none, and the rest."""
    found = _ITEM_LABEL.match(html)
    return (unescape(found["label"]), stored(html[found.end() :])) if found else ("", stored(html))


def _parts(parts: Iterable[Part]) -> str:
    return "".join(_run(list(run), group) for (_, group), run in groupby(parts, key=_run_key))


def _run_key(part: Part) -> tuple[type[Part], str]:
    return type(part), part.group if isinstance(part, ListedItem) else ""


def _run(parts: Sequence[Part], group: str) -> str:
    """Consecutive parts of one type: points or items form one list, and HTML may reach over
    several blocks of prose, but not out of a point."""
    if points := [_point(part) for part in parts if isinstance(part, ParsedPoint)]:
        return f'<dl class="points">{"".join(points)}</dl>'
    if items := [f"<li>{_item(part)}</li>" for part in parts if isinstance(part, ListedItem)]:
        return f'<p class="group">{escape(group)}</p><ul class="references">{"".join(items)}</ul>'
    return _clean([token for part in parts for token in part.tokens])


def _point(point: ParsedPoint) -> str:
    return (
        f'<div class="point" data-kind="{point.kind.value}"><dt class="label">'
        f"{escape(point.label)}</dt><dd>{_clean(point.tokens)}</dd></div>"
    )


def _item(item: ListedItem) -> str:
    html = _clean(item.tokens)
    if not item.label:
        return html
    kind = ReferenceKind.from_label(item.label)
    return f'<span class="label" data-kind="{kind.value}">{escape(item.label)}</span> {html}'


def _clean(tokens: Sequence[Token]) -> str:
    """HTML of block tokens whose inline phase is done. All Markdown goes through here."""
    html = _CLEANER.clean(_RENDERER.render(tokens, markdown.OPTIONS, {}))
    return _with_linked_pictures(html) if "<img" in html else html


def _with_linked_pictures(html: str) -> str:
    """Clean HTML with links in place of pictures from elsewhere, which the policy would hide.

    Within a link they are their words.
    """
    in_link = False

    def shown(tag: raw_html.Tag) -> str:
        nonlocal in_link
        name = raw_html.name(tag)
        source = raw_html.attribute(tag, "src")
        if name in {"a", "/a"}:
            in_link = name == "a"
        if name != "img" or _UPLOADED.fullmatch(source):
            return tag.group()
        words = raw_html.attribute(tag, "alt") or source
        if in_link or not source.startswith(("http://", "https://")):
            return escape(words)
        return format_html('<a href="{}" rel="{}">{}</a>', source, _LINK_REL, words)

    return raw_html.TAG.sub(shown, html)


class _Renderer(RendererHTML):
    """markdown-it's renderer; it looks its rules up by the names of these methods."""

    def html_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """What is a tag to us is one to nh3, and nothing else."""
        html, at = tokens[idx].content, 0
        pieces = []
        opened: Counter[str] = env.setdefault("opened", Counter())
        for tag in raw_html.TAG.finditer(html):
            is_text = _is_too_deep(tag, opened)
            pieces.append(_LOOSE_TAG.sub("&lt;", html[at : tag.start()]))
            pieces.append(escape(tag.group()) if is_text else _tag(tag))
            at = tag.end()
        return "".join([*pieces, _LOOSE_TAG.sub("&lt;", html[at:])])

    html_block = html_inline

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A link without words shows its address, or nobody would find it."""
        opening = self.renderToken(tokens, idx, options, env)
        is_empty = tokens[idx + 1].type == "link_close"
        return opening + escape(str(tokens[idx].attrs.get("href", ""))) if is_empty else opening

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"<{_heading_tag(tokens[idx])}>"

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"</{_heading_tag(tokens[idx])}>\n"

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return '<table tabindex="0">\n'  # a wide one scrolls, and must by keyboard too

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _cell(tokens[idx])

    td_open = th_open


def _is_too_deep(tag: raw_html.Tag, opened: Counter[str]) -> bool:
    """Count the tag among those that are open; whether it is one too many."""
    name = raw_html.name(tag)
    if name.startswith("/"):
        opened[name[1:]] -= opened[name[1:]] > 0
    elif name and name not in _NOT_NESTING:
        if opened.total() >= _DEEPEST:
            return True
        opened[name] += 1
    return False


def _tag(tag: raw_html.Tag) -> str:
    """A tag of raw HTML as it may go to nh3."""
    match raw_html.name(tag).removeprefix("/"):
        case "":
            return ""
        case "h1" | "h2":
            return f"<{tag['closes']}h{_SHALLOWEST_HEADING}>"
        # nh3 drops an element of SVG, such as <path>, with all that follows.
        case name if name in _SWALLOWING or not raw_html.is_element(tag):
            return escape(tag.group())
        case name if name in _WITH_ATTRIBUTES:
            return tag.group()
        case name if "<" in tag["attributes"]:  # a quote without an end, as in <p don't>
            return escape(tag.group())
        case name:
            return f"<{tag['closes']}{name}>"


def _heading_tag(token: Token) -> str:
    return f"h{max(_SHALLOWEST_HEADING, int(token.tag[1]))}"


def _cell(token: Token) -> str:
    """A table cell whose alignment is a class: inline style is against the policy."""
    side = str(token.attrs.get("style", "")).removeprefix("text-align:")
    return f'<{token.tag} class="align-{side}">' if side in _ALIGNMENTS else f"<{token.tag}>"


_RENDERER = _Renderer()
