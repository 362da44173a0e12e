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
from digests.rendering import mathml
from digests.rendering.code import highlighted

_SHALLOWEST_HEADING = 3  # a page has its h1, and a topic on it may be an h2
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
        back = ""
        if label not in numbers:
            numbers[label] = len(numbers) + 1
            env["asked"].append(label)
            back = f' id="fnref-{numbers[label]}"'
        number = numbers[label]
        link = f'<a href="#fn-{number}" role="doc-noteref">[{number}]</a>'
        return f'<sup class="footnote"{back}>{link}</sup>'

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
        case "" | "input" | "label":  # a form has no business here, and a task's box is ours
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
    return f'<{token.tag} class="align-{side}">' if side in ALIGNMENTS else f"<{token.tag}>"


RENDERER = _Renderer()
