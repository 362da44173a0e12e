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
from itertools import chain, groupby

import nh3
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from markdown_it.token import Token
from markdown_it.utils import EnvType

from digests import markdown
from digests.markdown import raw_html
from digests.parsing import (
    ListedItem,
    ParsedBody,
    ParsedCitation,
    ParsedPoint,
    Part,
    Prose,
    parse_body,
)
from digests.rendering import mathml
from digests.rendering.code import CLASSES
from digests.rendering.renderer import ALIGNMENTS, RENDERER
from digests.vocabulary import PointKind, ReferenceKind

RENDERER_VERSION = 6
"""Raise it with every change of the HTML for one Markdown: stored HTML then counts as stale."""

_UPLOADED = re.compile(r"/uploads/[0-9a-f]{32}\.[a-z]+")
_LINK_REL = "noopener noreferrer"
_NOT_IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&"}
_FOOTNOTE_ID = re.compile(r'<(?:li|sup class="footnote") id="(?=fn)')
_FOOTNOTE_LINK = re.compile(r'<a href="#(?P<kind>fn|fnref)-(?P<number>\d+)"(?= role="doc-)')

# Nothing an author writes can have these classes.
_POINT_OPENING = re.compile(
    r'<div class="point" data-kind="(?P<kind>\w+)"><dt class="label">(?P<label>[^<]*)'
)
_ITEM_LABEL = re.compile(r'<span class="label" data-kind="\w+">(?P<label>[^<]*)</span> ')

_CLEANER = nh3.Cleaner(
    tags=set(mathml.ELEMENTS)
    | {"p", "br", "hr", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li"}
    | {"strong", "em", "s", "code", "pre", "a", "img"}
    | {"table", "thead", "tbody", "tr", "th", "td", "caption"}
    # Only raw HTML has these.
    | {"details", "summary", "div", "dl", "dt", "dd", "figure", "figcaption", "ruby", "rt", "rp"}
    | {"b", "i", "u", "del", "ins", "sub", "sup", "kbd", "mark", "q", "small", "abbr", "cite"}
    # Only ours: of raw HTML, the names are text or dropped, or come without attributes.
    | {"span", "label", "input"},
    attributes=mathml.ELEMENTS
    | {
        "a": {"href", "title"},
        "img": {"src", "alt", "title"},
        "input": {"type", "disabled", "checked"},
        "ol": {"start"},
        "pre": {"data-language"},
        "span": {"tabindex"},
        "sup": {"id"},
    },
    tag_attribute_values={"a": {"role": {"doc-noteref"}}},
    set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},
    allowed_classes={tag: {f"align-{side}" for side in ALIGNMENTS} for tag in ("th", "td")}
    | {
        "code": {"formula"},
        "li": {"task-list-item"},
        "span": {"formula", *CLASSES},
        "sup": {"footnote"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=_LINK_REL,
)
_TITLE_CLEANER = nh3.Cleaner(
    tags={"a", "strong", "em", "s", "code", "b", "i", "sub", "sup", "span", "img"}
    | set(mathml.ELEMENTS),
    attributes={"a": {"href", "title"}, "span": {"tabindex"}, "img": {"src", "alt", "title"}}
    | mathml.ELEMENTS,
    allowed_classes={"code": {"formula"}, "span": {"formula"}},
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
    """A body without its cited items: points as labelled blocks, the rest as it stands.

    Its footnotes come last, wherever they stand.
    """
    shown = [part for part in body.parts if not (isinstance(part, ListedItem) and part.is_cited)]
    footnotes = _footnotes_of(shown)
    env: EnvType = {"footnotes": footnotes, "numbers": {}, "asked": []}
    apart = set(map(id, footnotes.values()))
    text = _parts((part for part in shown if id(part) not in apart), env)
    return stored(text + _footnotes(env))


def render_item(item: ListedItem) -> SafeString:
    """One listed reference as written, its label first."""
    return stored(_item(item, {}))


def render_title(body: ParsedBody) -> SafeString:
    """What the heading says, with its links; empty where plain text says it all."""
    children = body.title[0].children or [] if body.title else []
    if all(child.type == "text" for child in children):
        return stored("")
    html = _TITLE_CLEANER.clean(RENDERER.renderInline(children, markdown.OPTIONS, {}))
    return stored(_with_linked_pictures(html))


def preview(text: str) -> SafeString:
    """What readers will see of a body that is being edited, its references at the end."""
    body = parse_body(text)
    return anchored(render_body(body) + _parts(body.items, {}), "preview-")


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

    ``page`` is the address where these ids stand without ``prefix``, if that is another page.
    """
    kinds: Counter[str] = Counter()
    labels: Counter[str] = Counter()

    def opening(point: re.Match[str]) -> str:
        kind, label = point["kind"], point["label"]
        kinds[kind] += 1
        labels[label] += 1
        own = PointKind(kind).anchor(kinds[kind])
        words = f"{escape(name)} {label}" + f" {labels[label]}" * (labels[label] > 1)
        return (
            f'<div class="point" id="{prefix}{own}" data-kind="{kind}"><dt class="label">{label}'
            f'<a class="point__link" href="{escape(page)}#{own}" aria-label="{words}"></a>'
        )

    return stored(_POINT_OPENING.sub(opening, html))


def label_and_text(html: str) -> tuple[str, SafeString]:
    """A stored `render_item`: its label as plain text, or none, and the rest."""
    found = _ITEM_LABEL.match(html)
    return (unescape(found["label"]), stored(html[found.end() :])) if found else ("", stored(html))


def anchored(html: str, prefix: str, *, page: str = "") -> SafeString:
    """A stored text for a page that may show others: ``prefix`` makes the ids of its footnotes
    unlike theirs, and their links get a name in the reader's language.

    ``page`` is the address where the footnotes stand, of a piece of a text without them.
    """
    if 'class="footnote' not in html:  # nearly all
        return stored(html)

    def named(found: re.Match[str]) -> str:
        names = {
            "fn": gettext("Footnote %(number)s"),
            "fnref": gettext("Back to the text: %(number)s"),
        }
        name = names[found["kind"]] % {"number": found["number"]}
        address = f"{page}#{prefix}{found['kind']}-{found['number']}"
        return format_html('<a href="{}" aria-label="{}"', address, name)

    html = _FOOTNOTE_ID.sub(rf"\g<0>{prefix}", html)
    return stored(_FOOTNOTE_LINK.sub(named, html))


def _parts(parts: Iterable[Part], env: EnvType) -> str:
    return "".join(_run(list(run), group, env) for (_, group), run in groupby(parts, key=_run_key))


def _run_key(part: Part) -> tuple[type[Part], str]:
    return type(part), part.group if isinstance(part, ListedItem) else ""


def _run(parts: Sequence[Part], group: str, env: EnvType) -> str:
    """Consecutive parts of one type: points or items form one list, and HTML may reach over
    several blocks of prose, but not out of a point."""
    if points := [_point(part, env) for part in parts if isinstance(part, ParsedPoint)]:
        return f'<dl class="points">{"".join(points)}</dl>'
    if items := [f"<li>{_item(part, env)}</li>" for part in parts if isinstance(part, ListedItem)]:
        return f'<p class="group">{escape(group)}</p><ul class="references">{"".join(items)}</ul>'
    return _clean([token for part in parts for token in part.tokens], env)


def _point(point: ParsedPoint, env: EnvType) -> str:
    return (
        f'<div class="point" data-kind="{point.kind.value}"><dt class="label">'
        f"{escape(point.label)}</dt><dd>{_clean(point.tokens, env)}</dd></div>"
    )


def _item(item: ListedItem, env: EnvType) -> str:
    html = _clean(item.tokens, env)
    if not item.label:
        return html
    kind = ReferenceKind.from_label(item.label)
    return f'<span class="label" data-kind="{kind.value}">{escape(item.label)}</span> {html}'


def _footnotes_of(parts: Iterable[Part]) -> dict[str, Prose]:
    """By their labels, of which the first one counts; a second one stays where it stands."""
    found: dict[str, Prose] = {}
    for part in parts:
        if isinstance(part, Prose) and part.tokens[0].type == "footnote_open":
            found.setdefault(part.tokens[0].meta["label"], part)
    return found


def _footnotes(env: EnvType) -> str:
    """In the order in which the text asks for them; what nothing asks for comes last."""
    numbers: dict[str, int] = env["numbers"]
    notes: dict[int, str] = {}
    for label in chain(env["asked"], env["footnotes"]):  # a footnote may ask for more of them
        is_asked_for = label in numbers
        number = numbers.setdefault(label, len(numbers) + 1)
        if number not in notes:
            html = _clean(env["footnotes"][label].tokens[1:-1], env)
            back = f' <a href="#fnref-{number}" role="doc-backlink">↩\ufe0e</a>'
            notes[number] = f'<li id="fn-{number}">{html}{back if is_asked_for else ""}</li>'
    items = "".join(notes[number] for number in sorted(notes))
    return f'<ol class="footnotes">{items}</ol>' if notes else ""


def _clean(tokens: Sequence[Token], env: EnvType) -> str:
    """HTML of block tokens whose inline phase is done. All Markdown goes through here."""
    env["opened"] = Counter()
    html = _CLEANER.clean(RENDERER.render(tokens, markdown.OPTIONS, env))
    if "<table" in html:  # what scrolls is a box around it: as a box itself it were no table
        html = html.replace("<table>", '<div class="table" tabindex="0"><table>')
        html = html.replace("</table>", "</table></div>")
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
