"""The allowlist that makes the renderer's HTML safe.

nh3 keeps what is on the list below and nothing else. The Content-Security-Policy is a second
defence. HTML is sanitised once, at the write, and stored.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial

import nh3
from markdown_it.token import Token
from markdown_it.utils import EnvType

from digests import markdown
from digests.rendering import holes, mathml
from digests.rendering.code import CLASSES
from digests.rendering.renderer import ALIGNMENTS, RENDERER

_ADDRESSES = {"href", "src"}
_SCHEMES = {"http", "https", "mailto"}

# Elements that separate the words before and after them.
BLOCK_ELEMENTS = {"p", "br", "hr", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre"}
BLOCK_ELEMENTS |= {"table", "thead", "tbody", "tr", "th", "td", "caption"}
# Only raw HTML has these.
BLOCK_ELEMENTS |= {"details", "summary", "div", "dl", "dt", "dd", "figure", "figcaption"}
BLOCK_ELEMENTS |= {"ruby", "rt", "rp"}


def _stored_value(element: str, attribute: str, value: str) -> str | None:
    """The stored value of an attribute, or None if it is dropped.

    A relative address is replaced by a hole, because a feed needs absolute addresses.
    """
    if element in mathml.ELEMENTS:
        return mathml.attribute(attribute, value)
    scheme, colon, _ = value.partition(":")
    if attribute not in _ADDRESSES or (colon and scheme.lower() in _SCHEMES):
        return value
    return holes.address(value)


_cleaner = partial(
    nh3.Cleaner, url_schemes=_SCHEMES, link_rel=holes.LINK_REL, attribute_filter=_stored_value
)
_CLEANER = _cleaner(
    tags=set(mathml.ELEMENTS)
    | BLOCK_ELEMENTS
    | {"strong", "em", "s", "code", "a", "img"}
    # Only raw HTML has these.
    | {"b", "i", "u", "del", "ins", "sub", "sup", "kbd", "mark", "q", "small", "abbr", "cite"}
    # Only the renderer can write these: raw HTML loses such tags, or their attributes.
    | {"span", "label", "input"},
    attributes=mathml.ELEMENTS
    | {
        "a": {"href", "title"},
        "div": {"tabindex"},
        "img": {"src", "alt", "title"},
        "input": {"type", "disabled", "checked"},
        "ol": {"start"},
        "pre": {"data-language"},
        "span": {"tabindex"},
    },
    set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},
    allowed_classes={tag: {f"align-{side}" for side in ALIGNMENTS} for tag in ("th", "td")}
    | {
        "code": {"formula"},
        "li": {"task-list-item"},
        "span": {"formula", *CLASSES},
        "div": {"table"},
    },
)
_TITLE_CLEANER = _cleaner(
    tags={"a", "strong", "em", "s", "code", "b", "i", "sub", "sup", "span", "img"}
    | set(mathml.ELEMENTS),
    attributes={"a": {"href", "title"}, "span": {"tabindex"}, "img": {"src", "alt", "title"}}
    | mathml.ELEMENTS,
    allowed_classes={"code": {"formula"}, "span": {"formula"}},
)


def clean_html(tokens: Sequence[Token], env: EnvType) -> str:
    """Render and sanitise block tokens after the inline phase. All Markdown goes through here."""
    env["opened"], env["in_link"], env["tables"] = Counter(), False, 0
    return _CLEANER.clean(RENDERER.render(tokens, markdown.OPTIONS, env))


def clean_title_html(children: Sequence[Token]) -> str:
    """Render and sanitise the inline tokens of a heading."""
    return _TITLE_CLEANER.clean(RENDERER.renderInline(children, markdown.OPTIONS, {}))
