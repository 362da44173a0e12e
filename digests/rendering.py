"""Markdown → safe HTML, at the only place that may call ``mark_safe``.

Raw HTML passes through markdown-it; nh3 then keeps what is on the list below and nothing else,
and the Content-Security-Policy stands behind it. HTML is made once, at the write, and stored.
"""

import re
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby

import nh3
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from digests import html as raw_html
from digests import markdown
from digests.parsing import ListedItem, ParsedBody, ParsedPoint, Part, Prose, parse_body
from digests.vocabulary import ReferenceKind

RENDERER_VERSION = 2
"""Raise it with every change of the HTML for one Markdown: stored HTML then counts as stale."""

_SHALLOWEST_HEADING = 3  # a page has its h1, and a topic on it may be an h2
_UPLOADED = re.compile(r"/uploads/[0-9a-f]{32}\.[a-z]+")
# What browsers read as something else than HTML, so that words would vanish in it. GitHub shows
# these tags as text too: https://github.github.com/gfm/#disallowed-raw-html-extension-
_SWALLOWING = {"title", "textarea", "style", "xmp", "iframe", "noembed", "noframes"}
_SWALLOWING |= {"script", "plaintext"}
_ALIGNMENTS = {"left", "center", "right"}

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
    link_rel="noopener noreferrer",
)
_TITLE_CLEANER = nh3.Cleaner(
    tags={"a", "strong", "em", "s", "code", "b", "i", "sub", "sup"},
    attributes={"a": {"href", "title"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer",
)


def render_body(body: ParsedBody) -> SafeString:
    """A body without its cited items: points as labelled blocks, the rest as it stands."""
    shown = (part for part in body.parts if not (isinstance(part, ListedItem) and part.is_cited))
    return _render_parts(shown)


def render_item(item: ListedItem) -> SafeString:
    """One listed reference as written, its label first."""
    if not item.label:
        return render_tokens(item.tokens)
    return format_html(
        '<span class="label" data-kind="{}">{}</span> {}',
        ReferenceKind.from_label(item.label).value,
        item.label,
        render_tokens(item.tokens),
    )


def render_title(body: ParsedBody) -> SafeString:
    """What the heading says, with its links; empty where plain text says it all."""
    children = body.title[0].children or [] if body.title else []
    if all(child.type == "text" for child in children):
        return _joined([])
    html = _RENDERER.renderInline(children, markdown.OPTIONS, {})
    return mark_safe(_TITLE_CLEANER.clean(html))  # noqa: S308 - nh3 has just cleaned it


def render_tokens(tokens: Sequence[Token]) -> SafeString:
    """HTML of block tokens whose inline phase is done."""
    html = _RENDERER.render(tokens, markdown.OPTIONS, {})
    return mark_safe(_CLEANER.clean(html))  # noqa: S308 - nh3 has just cleaned it


def preview(text: str) -> SafeString:
    """What readers will see of a body that is being edited, its references at the end."""
    body = parse_body(text)
    return _joined([render_body(body), _render_parts(body.items)])


def stored(html: str) -> SafeString:
    """HTML from a column that nothing but this module's output is written to."""
    return mark_safe(html)  # noqa: S308 - see above


def _render_parts(parts: Iterable[Part]) -> SafeString:
    return _joined(_render_run(list(run)) for _, run in groupby(parts, key=_run_key))


def _run_key(part: Part) -> tuple[str, str]:
    return type(part).__name__, part.group if isinstance(part, ListedItem) else ""


def _render_run(parts: Sequence[Part]) -> SafeString:
    """Consecutive parts of one type; points or items in a row form one list."""
    html = _joined(_render_part(part) for part in parts)
    match parts:
        case [ParsedPoint(), *_]:
            return format_html('<dl class="points">{}</dl>', html)
        case [ListedItem() as item, *_]:
            title = format_html('<p class="group">{}</p>', item.group) if item.group else ""
            return format_html('{}<ul class="references">{}</ul>', title, html)
    return html


def _render_part(part: Part) -> SafeString:
    match part:
        case ParsedPoint():
            return format_html(
                '<div class="point" data-kind="{}"><dt class="label">{}</dt><dd>{}</dd></div>',
                part.kind.value,
                part.label,
                render_tokens(part.tokens),
            )
        case ListedItem():
            return format_html("<li>{}</li>", render_item(part))
        case Prose():
            return render_tokens(part.tokens)


def _joined(pieces: Iterable[str]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in pieces))


class _Renderer(RendererHTML):
    """markdown-it's renderer; it looks its rules up by the names of these methods."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        source = str(tokens[idx].attrs["src"])
        if _UPLOADED.fullmatch(source):
            return super().image(tokens, idx, options, env)
        return _picture(source, tokens[idx].content, env)

    def html_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return raw_html.TAG.sub(partial(_tag, env), tokens[idx].content)

    html_block = html_inline

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A link without words shows its address, or nobody would find it."""
        env["in_link"] = True
        opening = self.renderToken(tokens, idx, options, env)
        is_empty = tokens[idx + 1].type == "link_close"
        return opening + escape(str(tokens[idx].attrs.get("href", ""))) if is_empty else opening

    def link_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        env["in_link"] = False
        return self.renderToken(tokens, idx, options, env)

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


def _picture(source: str, alternative: str, env: EnvType) -> str:
    """A picture from elsewhere, which the policy hides: a link to it; within a link, its words."""
    words = alternative or source
    if env.get("in_link") or not source.startswith(("http://", "https://")):
        return escape(words)
    return format_html('<a href="{}">{}</a>', source, words)


def _tag(env: EnvType, tag: raw_html.Tag) -> str:
    """A tag of raw HTML as it may go to nh3."""
    name = raw_html.name(tag)
    match name.removeprefix("/"):
        case "img":
            source = raw_html.attribute(tag, "src")
            if _UPLOADED.fullmatch(source):
                return tag.group()
            return _picture(source, raw_html.attribute(tag, "alt"), env)
        case "a":
            env["in_link"] = name == "a"
        case "h1" | "h2":
            return f"<{name[:-1]}{_SHALLOWEST_HEADING}>"
        case tagged if tagged in _SWALLOWING:
            return escape(tag.group())
    return tag.group()


def _heading_tag(token: Token) -> str:
    return f"h{max(_SHALLOWEST_HEADING, int(token.tag[1]))}"


def _cell(token: Token) -> str:
    """A table cell whose alignment is a class: inline style is against the policy."""
    side = str(token.attrs.get("style", "")).removeprefix("text-align:")
    return f'<{token.tag} class="align-{side}">' if side in _ALIGNMENTS else f"<{token.tag}>"


_RENDERER = _Renderer()
