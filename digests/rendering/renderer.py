"""Conversion of Markdown tokens to HTML that is not yet safe: the input of nh3.

Formulas and code are slow to render or grow by it, so each text, which has an ``env`` of its own,
has a budget for them.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from django.utils.html import escape
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from digests import markdown
from digests.markdown import raw_html
from digests.rendering import holes, mathml
from digests.rendering.code import highlighted
from digests.rendering.pictures import Picture

_SHALLOWEST_HEADING = 3  # a page has its h1, and a topic on it may be an h2
# The box scrolls; a table that scrolls itself would be no table to screen readers.
_TABLE_OPENS, _TABLE_CLOSES = '<div class="table" tabindex="0"><table>', "</table></div>"
ALIGNMENTS = {"left", "center", "right"}
# Signs of a formula that may be wider than a phone. A command counts as one sign.
_WIDE = 30
_SIGNS = re.compile(r"\\[A-Za-z]+|[^{}^_\s\\]")
_LANGUAGE = re.compile(r"[\w+#.-]{1,20}", re.ASCII)
# Characters of formulas and of code that are rendered in one text. Beyond them formulas are shown
# as source and code without colours.
_MOST_FORMULAS = _MOST_CODE = 50_000


class _Renderer(RendererHTML):
    """A renderer that reads every token but plain text and code by `_RULES`, or else as a tag, with
    what stands beside it."""

    def __init__(self) -> None:
        super().__init__()
        replaced = {*_RULES, "list_item_open"}
        self.rules = {name: rule for name, rule in self.rules.items() if name not in replaced}

    def renderToken(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        if rule := _RULES.get(token.type):
            return rule(token, env)
        tag = super().renderToken(tokens, idx, options, env)
        match token.type:
            case "link_open":
                env["in_link"] = True
                # A link without text shows its address, because nobody could find it otherwise.
                is_empty = tokens[idx + 1].type == "link_close"
                return tag + escape(str(token.attrs.get("href", ""))) if is_empty else tag
            case "link_close":
                env["in_link"] = False
            case "list_item_open" if tokens[idx + 1].type != "paragraph_open":
                return tag + _checkbox(token)  # a task without a paragraph is a box alone
            case "paragraph_open" if task := _task(tokens, idx):
                return f"{tag}<label>{_checkbox(task)} "
            case "paragraph_close" if _task(tokens, idx - 2):
                return f"</label>{tag}"
        return tag


def _raw_html(token: Token, env: EnvType) -> str:
    """Pass known tags on to nh3, and escape everything else."""
    opened: Counter[str] = env.setdefault("opened", Counter())
    return raw_html.without_control_entities(
        "".join(
            piece if isinstance(piece, str) else _tag(piece, env)
            for piece in raw_html.pieces(token.content, opened)
        )
    )


def _image(token: Token, env: EnvType) -> str:
    words = markdown.plain_inline(token.children or [])
    picture = Picture(str(token.attrs.get("src", "")), words)
    return _picture(picture, str(token.attrs.get("title", "")), env)


def _formula(token: Token, env: EnvType) -> str:
    """Render a formula as MathML, or as its source if it cannot be parsed."""
    is_display = token.type == "formula_display"
    html = None
    if _may_spend(env, "formulas", len(token.content), _MOST_FORMULAS):
        html = mathml.to_mathml(token.content, display=is_display)
    if html is None:
        html = f'<code class="formula">{escape(mathml.source(token))}</code>'
    elif is_display or len(_SIGNS.findall(token.content)) > _WIDE:
        # A box that scrolls needs a tabindex for the keyboard.
        html = f'<span class="formula" tabindex="0">{html}</span>'
    return f"<p>{html}</p>\n" if token.block else html


def _fence(token: Token, env: EnvType) -> str:
    """Render code that wraps instead of scrolling, because it is short here and a phone is 40
    characters wide. A formula of the language ``math`` is none."""
    code = token.content
    found = _LANGUAGE.match(token.info.strip())
    if found and found.group().lower() == "math" and (formula := _fenced_formula(code, env)):
        return formula
    if found is None or not _may_spend(env, "code", len(code), _MOST_CODE):
        return f"<pre><code>{escape(code)}</code></pre>\n"
    colourful = highlighted(code, found.group())
    return f'<pre data-language="{found.group()}"><code>{colourful}</code></pre>\n'


def _fenced_formula(code: str, env: EnvType) -> str | None:
    """A block of code as MathML; None if it cannot be read, or is a formula too many."""
    if not _may_spend(env, "formulas", len(code), _MOST_FORMULAS):
        return None
    html = mathml.to_mathml(code.strip(), display=True)
    return html and f'<p><span class="formula" tabindex="0">{html}</span></p>\n'


def _footnote_mark(token: Token, env: EnvType) -> str:
    """Render the mark of a footnote of the same text; without one, the source."""
    label = token.meta["label"]
    if label not in env.get("footnotes", ()):
        return escape(token.content)
    numbers: dict[str, int] = env["numbers"]
    is_first = label not in numbers
    if is_first:
        numbers[label] = len(numbers) + 1
        env["marked"].append(label)
    mark = holes.footnote_mark(numbers[label], is_first=is_first)
    if not env.get("in_link"):
        return mark
    env["in_link"] = False  # links cannot be nested, and nh3 sees no link in a hole
    return f"</a>{mark}"


def _may_spend(env: EnvType, what: str, characters: int, most: int) -> bool:
    """Take characters from the budget of a text. False if it has too few left."""
    spent = env.get(what, 0) + characters
    if spent > most:
        return False
    env[what] = spent
    return True


def _task(tokens: Sequence[Token], idx: int) -> Token | None:
    """The token that says whether the paragraph that opens here is a task, and done."""
    return next((t for t in tokens[max(idx - 1, 0) : idx + 1] if "checked" in t.meta), None)


def _checkbox(token: Token) -> str:
    if "checked" not in token.meta:
        return ""
    return f'<input type="checkbox" disabled{" checked" if token.meta["checked"] else ""}>'


def _tag(tag: raw_html.Tag, env: EnvType) -> str:
    """A tag of raw HTML as it is passed to nh3."""
    name = raw_html.name(tag)
    match name.removeprefix("/"):
        case "h1" | "h2":
            return f"<{tag['closes']}h{_SHALLOWEST_HEADING}>"
        case "img":
            picture = Picture(raw_html.attribute(tag, "src"), raw_html.attribute(tag, "alt"))
            return _picture(picture, raw_html.attribute(tag, "title"), env)
        case "a":
            env["in_link"] = name == "a"
            return tag.group()
        case "table":
            return _table_tag(name, env)
        case element if element in raw_html.WITH_ATTRIBUTES:
            return tag.group()
    return f"<{name}>"


def _table_tag(name: str, env: EnvType) -> str:
    """A tag of a raw table with its box. An end tag without a start tag is dropped, because it
    would close another box."""
    tables = env.get("tables", 0)
    if name == "/table" and not tables:
        return ""
    env["tables"] = tables + (1 if name == "table" else -1)
    return _TABLE_OPENS if name == "table" else _TABLE_CLOSES


def _picture(picture: Picture, title: str, env: EnvType) -> str:
    if picture.is_shown:
        titled = f' title="{escape(title)}"' if title else ""
        return f'<img src="{picture.source}" alt="{escape(picture.alternative)}"{titled}>'
    if env.get("in_link") or not picture.address:
        return escape(picture.words)
    return f'<a href="{escape(picture.address)}">{escape(picture.words)}</a>'


def _heading_tag(token: Token) -> str:
    return f"h{max(_SHALLOWEST_HEADING, int(token.tag[1]))}"


def _cell(token: Token, env: EnvType) -> str:
    """Open a table cell. Alignment is a class because the Content-Security-Policy forbids inline
    style."""
    side = str(token.attrs.get("style", "")).removeprefix("text-align:")
    return f'<{token.tag} class="align-{side}">' if side in ALIGNMENTS else f"<{token.tag}>"


# Rules for tokens that are rendered without a look at their neighbours.
_RULES: dict[str, Callable[[Token, EnvType], str]] = {
    "fence": _fence,
    # A footnote with the label of an earlier one is shown as source.
    "footnote_open": lambda token, env: f"<p>{escape(token.content)}",
    "footnote_reference": _footnote_mark,
    "formula": _formula,
    "formula_display": _formula,
    "heading_close": lambda token, env: f"</{_heading_tag(token)}>\n",
    "heading_open": lambda token, env: f"<{_heading_tag(token)}>",
    "html_block": _raw_html,
    "html_inline": _raw_html,
    "image": _image,
    "table_close": lambda token, env: f"{_TABLE_CLOSES}\n",
    "table_open": lambda token, env: f"{_TABLE_OPENS}\n",
    "td_open": _cell,
    "th_open": _cell,
}

RENDERER = _Renderer()
