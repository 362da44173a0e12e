"""Tokens of Markdown → HTML, not yet clean: what `rendering` gives to nh3.

What is slow to render or grows by it is bounded for each text, which has an ``env`` of its own.
"""

import re
from collections import Counter
from collections.abc import Sequence

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
# The box around a table scrolls: as a box itself it would be no table.
_TABLE_OPENS, _TABLE_CLOSES = '<div class="table" tabindex="0"><table>', "</table></div>"
ALIGNMENTS = {"left", "center", "right"}
_WIDE = 30
"""Signs of a formula that may be wider than a phone, a command counted as one."""
_SIGNS = re.compile(r"\\[A-Za-z]+|[^{}^_\s\\]")
_LANGUAGE = re.compile(r"[\w+#.-]{1,20}", re.ASCII)
_MOST_FORMULAS = _MOST_CODE = 50_000
"""Characters in one text; what follows is shown as its source, and code without colours."""


class _Renderer(RendererHTML):
    """markdown-it's renderer; it looks its rules up by the names of these methods."""

    def html_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Pass on to nh3 the tags that are tags to us, and everything else as text."""
        opened: Counter[str] = env.setdefault("opened", Counter())
        return raw_html.without_control_entities(
            "".join(
                piece if isinstance(piece, str) else _tag(piece, env)
                for piece in raw_html.pieces(tokens[idx].content, opened)
            )
        )

    html_block = html_inline

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Open a link; one without words shows its address, or nobody would find it."""
        env["in_link"] = True
        opening = self.renderToken(tokens, idx, options, env)
        is_empty = tokens[idx + 1].type == "link_close"
        return opening + escape(str(tokens[idx].attrs.get("href", ""))) if is_empty else opening

    def link_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        env["in_link"] = False
        return self.renderToken(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        words = markdown.plain_inline(token.children or [])
        picture = Picture(str(token.attrs.get("src", "")), words)
        return _picture(picture, str(token.attrs.get("title", "")), env)

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"{_TABLE_OPENS}\n"

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"{_TABLE_CLOSES}\n"

    def renderInlineAsText(
        self, tokens: Sequence[Token] | None, options: OptionsDict, env: EnvType
    ) -> str:
        return markdown.plain_inline(tokens or [])

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"<{_heading_tag(tokens[idx])}>"

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"</{_heading_tag(tokens[idx])}>\n"

    def formula(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """MathML, or the source of what cannot be read."""
        token = tokens[idx]
        is_display = token.type == "formula_display"
        html = None
        if _may_spend(env, "formulas", len(token.content), _MOST_FORMULAS):
            html = mathml.to_mathml(token.content, display=is_display)
        if html is None:
            words = " ".join(markdown.plain_inline([token]).split())
            html = f'<code class="formula">{escape(words)}</code>'
        elif is_display or len(_SIGNS.findall(token.content)) > _WIDE:
            # It scrolls, and must by keyboard too.
            html = f'<span class="formula" tabindex="0">{html}</span>'
        return f"<p>{html}</p>\n" if token.block else html

    formula_display = formula

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Code wraps and does not scroll: it is short here, and a phone 40 characters wide."""
        code = tokens[idx].content
        found = _LANGUAGE.match(tokens[idx].info.strip())
        if found is None or not _may_spend(env, "code", len(code), _MOST_CODE):
            return f"<pre><code>{escape(code)}</code></pre>\n"
        colourful = highlighted(code, found.group())
        return f'<pre data-language="{found.group()}"><code>{colourful}</code></pre>\n'

    def list_item_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Of a task without a paragraph, the box stands alone."""
        opening = self.renderToken(tokens, idx, options, env)
        is_labelled = tokens[idx + 1].type == "paragraph_open"
        return opening if is_labelled else opening + _checkbox(tokens[idx])

    def paragraph_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        opening = self.renderToken(tokens, idx, options, env)
        task = _task(tokens, idx)
        return f"{opening}<label>{_checkbox(task)} " if task else opening

    def paragraph_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        closing = self.renderToken(tokens, idx, options, env)
        return f"</label>{closing}" if _task(tokens, idx - 2) else closing

    def footnote_reference(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """The number of a footnote of the same text; of none, what is written."""
        label = tokens[idx].meta["label"]
        if label not in env.get("footnotes", ()):
            return escape(tokens[idx].content)
        numbers: dict[str, int] = env["numbers"]
        is_first = label not in numbers
        if is_first:
            numbers[label] = len(numbers) + 1
            env["asked"].append(label)
        mark = holes.footnote_mark(numbers[label], is_first=is_first)
        if not env.get("in_link"):
            return mark
        env["in_link"] = False  # nh3 sees no link in a hole, and none may stand in another
        return f"</a>{mark}"

    def footnote_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """One that is the second with its label stays as it is written."""
        return f"<p>{escape(tokens[idx].content)}"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _cell(tokens[idx])

    td_open = th_open


def _may_spend(env: EnvType, what: str, characters: int, most: int) -> bool:
    """Whether a text has that many left of what is slow to render; they are then spent."""
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
    """A tag of raw HTML as it goes to nh3."""
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
    """A tag of a raw table with its box; an end without a beginning would close another box."""
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


def _cell(token: Token) -> str:
    """A table cell whose alignment is a class: inline style is against the policy."""
    side = str(token.attrs.get("style", "")).removeprefix("text-align:")
    return f'<{token.tag} class="align-{side}">' if side in ALIGNMENTS else f"<{token.tag}>"


RENDERER = _Renderer()
