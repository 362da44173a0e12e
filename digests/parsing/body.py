"""The body of a topic, or a preamble: its points, its listed references, and everything else."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from markdown_it.token import Token
from markdown_it.utils import EnvType

from digests import identity, markdown
from digests.markdown import raw_html
from digests.parsing import model
from digests.parsing.headings import heading_content
from digests.parsing.links import Link, links
from digests.vocabulary import PointKind, ReferenceKind, WarningCode, is_reference_group

_BOLD_LABEL = re.compile(
    r"(?P<bold>\*\*|__)[ \t]*(?P<label>(?:(?!(?P=bold))[^:：\n]){1,60}?)[ \t]*"
    r"(?:[:：][ \t]*(?P=bold)|(?P=bold)[ \t]*[:：])\s*"
)
_PLAIN_LABEL = re.compile(r"(?P<label>[^*_:：\n\[\]()（）]{1,60}?)[ \t]*[:：](?!//)\s*")
_WHOLE_NAME = re.compile(r"(?P<bold>\*\*|__|)(?P<label>[^*_:：\n]{1,60})(?P=bold)")
_AROUND_A_GROUP = " \t*_:："
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|（\s*）|\[\s*\]|【\s*】|<\s*>")
_AROUND_A_NAME = " \t\n:：-—–,，;；。"
_AROUND_NOTHING = " \t.。()（）"
_NO_REFERENCE = {"无", "暂无", "没有", "待补充", "none", "n/a", "tbd"}
_LISTS = {"bullet_list_open", "ordered_list_open"}


def parse_body(
    text: str,
    *,
    heading: str = "",
    first_line: int = 1,
    definitions: markdown.Definitions | None = None,
) -> model.ParsedBody:
    """Read ``text``, which begins on ``first_line`` of its file, below ``heading`` as written.

    ``definitions`` are the link definitions of the rest of its file.
    """
    return read_body(markdown.blocks(text, definitions), heading=heading, first_line=first_line)


def read_body(blocks: markdown.Blocks, *, heading: str, first_line: int) -> model.ParsedBody:
    """Like `parse_body`, for a text that is parsed into blocks already."""
    reader = _Reader(blocks.lines, blocks.env, first_line)
    title = reader.read_heading(heading) if heading else ()
    reader.read_blocks([list(block) for block in markdown.siblings(blocks.tokens)])
    return model.ParsedBody(
        tuple(reader.parts), tuple(reader.citations), tuple(reader.warnings), tuple(title)
    )


@dataclass
class _Reader:
    """Collects parts, citations and warnings in one pass over the top-level blocks."""

    lines: list[str]
    env: EnvType
    first_line: int
    parts: list[model.Part] = field(default_factory=list)
    citations: list[model.ParsedCitation] = field(default_factory=list)
    warnings: list[model.ParseWarning] = field(default_factory=list)
    items: int = 0

    def read_heading(self, heading: str) -> Sequence[Token]:
        token = markdown.inline(heading_content(heading), self.env)
        token.map = [-len(markdown.lines(heading)), 0]
        self._cite_inline([token], "")
        return [token]

    def read_blocks(self, blocks: Sequence[list[Token]]) -> None:
        group = ""
        for block, following in pairwise([*blocks, []]):
            if group:  # the block before is a list's name
                self._read_items(block, group)
            elif block[0].type == "bullet_list_open":
                self._read_list(block)
            elif following and following[0].type in _LISTS and (group := _group_of(block)):
                continue  # the group's name is stored with its items
            else:
                self._read_prose(block)
            group = ""

    def _read_list(self, block: Sequence[Token]) -> None:
        """Read a top-level list: labelled bullets as points or groups, runs of others as prose."""
        unlabelled: list[Token] = []
        for bullet in markdown.siblings(block[1:-1]):
            label = _label(bullet, accept_plain=is_reference_group) or _group_without_colon(bullet)
            is_group = label is not None and is_reference_group(label["label"])
            if label is None or (is_group and _is_all(bullet, label)):
                unlabelled.extend(bullet)
                continue
            self._read_unlabelled(block, unlabelled)
            unlabelled = []
            if is_group:
                self._read_group(_without(bullet, label), label["label"])
            else:
                self._read_point(_without(bullet, label), label["label"])
        self._read_unlabelled(block, unlabelled)

    def _read_prose(self, block: Sequence[Token]) -> None:
        markdown.inlines(block, self.env)
        for token in block:
            if token.type == "html_block" and raw_html.is_open_comment(token.content):
                message = _("a comment has no end: what follows it is not shown")
                self._warn(token, 0, WarningCode.COMMENT_UNCLOSED, message)
        self.parts.append(model.Prose(tuple(block)))
        self._cite_inline(block, "")

    def _read_unlabelled(self, block: Sequence[Token], bullets: Sequence[Token]) -> None:
        if bullets:
            self._read_prose([block[0], *bullets, block[-1]])

    def _read_point(self, bullet: Sequence[Token], label: str) -> None:
        content = _content(bullet)
        markdown.inlines(content, self.env)
        kind, text = PointKind.from_label(label), self._text_of(bullet)
        self.parts.append(
            model.ParsedPoint(self._line(bullet[1]), label, kind, text, tuple(content))
        )
        self._cite_inline(content, label if _is_reference_label(label) else "")

    def _text_of(self, bullet: Sequence[Token]) -> str:
        """The Markdown of a bullet whose label was taken off, without indentation."""
        _, begin = bullet[1].map or (0, 0)  # the paragraph that held the label
        _, end = bullet[0].map or (0, 0)
        rest = self.lines[begin:end]
        indent = next((_indentation(line) for line in rest if line.strip()), 0)
        rest = [line.rstrip("\r\n")[min(indent, _indentation(line)) :] for line in rest]
        return "\n".join([bullet[2].content, *rest]).strip()

    def _read_group(self, group: Sequence[Token], name: str) -> None:
        for block in markdown.siblings(group[1:-1]):
            if block[0].type in _LISTS:
                self._read_items(block, name)
            elif _has_content(block):
                self._read_item([group[0], *block, group[-1]], name)

    def _read_items(self, block: Sequence[Token], group: str) -> None:
        for bullet in markdown.siblings(block[1:-1]):
            self._read_item(bullet, group)

    def _read_item(self, bullet: Sequence[Token], group: str) -> None:
        match = _label(bullet, accept_plain=_is_reference_label)
        label = match["label"] if match else ""
        content = _content(_without(bullet, match) if match else bullet)
        markdown.inlines(content, self.env)
        known = len(self.citations)
        self._cite_listed(content, group, label)
        is_cited = len(self.citations) > known
        line = self._line(bullet[1])
        self.parts.append(model.ListedItem(line, group, label, is_cited, tuple(content)))
        self.items += is_cited

    def _cite_listed(self, content: Sequence[Token], group: str, label: str) -> None:
        """Cite every link of a listed item, and its bare name if it has no link.

        A name is the item's own paragraph. Only an item with nothing but a label takes the names
        from the bullets in it.
        """
        depth = content[0].level if content and content[0].type == "paragraph_open" else None
        previous = None
        for token in content:
            found = _named(token, links(token), label)
            for link in found:
                self._cite(token, link, group, label, self.items)
            is_own = previous is not None and (depth is None or previous.level == depth)
            if token.type == "inline" and not found and is_own:
                self._cite_name(token, group, label)
            previous = token

    def _cite_name(self, token: Token, group: str, label: str) -> None:
        name = " ".join(markdown.plain_text([token]).split())
        if re.search(r"\w", name) and name.casefold().strip(_AROUND_NOTHING) not in _NO_REFERENCE:
            self._cite(token, Link("", name, 0), group, label, self.items)
            message = format_lazy(_("“{name}” is only a name, without an address"), name=name[:200])
            self._warn(token, 0, WarningCode.BARE_NAME, message)

    def _cite_inline(self, content: Sequence[Token], label: str) -> None:
        for token in content:
            for link in links(token):
                self._cite(token, link, "", label, None)

    def _cite(self, token: Token, link: Link, group: str, label: str, item: int | None) -> None:
        try:
            found = identity.of_url(link.url) if link.url else identity.of_name(link.title)
        except ValueError:
            # The address stays in the text as written, but becomes no reference.
            message = format_lazy(_("this address cannot be read: {url}"), url=link.url[:200])
            self._warn(token, link.line, WarningCode.URL_UNPARSABLE, message)
            return
        if found.is_on_bare_ip:
            message = format_lazy(_("the host is a bare IP address: {url}"), url=link.url[:200])
            self._warn(token, link.line, WarningCode.BARE_IP, message)
        kind = ReferenceKind.from_label(label)
        if kind is ReferenceKind.OTHER:
            kind = found.kind
        self.citations.append(
            model.ParsedCitation(
                line=self._line(token) + link.line,
                group=group,
                label=label,
                kind=kind,
                title=link.title,
                url=link.url,
                key=found.key,
                item=item,
            )
        )

    def _warn(self, token: Token, line: int, code: WarningCode, message: model.Message) -> None:
        self.warnings.append(model.ParseWarning(self._line(token) + line, code, message))

    def _line(self, token: Token) -> int:
        return self.first_line + (token.map[0] if token.map else 0)


def _named(token: Token, found: list[Link], label: str) -> list[Link]:
    """Give an item's only link a title from around it, if its own text is none.

    The words around it serve, as in ``name ([url](url))``, or else a label that is no kind of
    reference, as in ``**name**: url``.
    """
    if len(found) != 1 or identity.is_title(found[0].title):
        return found
    around, _, after = markdown.plain_text([token]).rpartition(found[0].title or "\0")
    name = _EMPTY_BRACKETS.sub("", around + after).strip(_AROUND_A_NAME)
    name = name or ("" if _is_reference_label(label) else label)
    return [Link(found[0].url, name, found[0].line)] if name else found


def _label(bullet: Sequence[Token], *, accept_plain: Callable[[str], bool]) -> re.Match[str] | None:
    """The label at the start of a bullet: any bold one, or a plain one that is accepted."""
    if bullet[1].type != "paragraph_open":
        return None
    if bold := _BOLD_LABEL.match(bullet[2].content):
        return bold
    plain = _PLAIN_LABEL.match(bullet[2].content)
    return plain if plain and accept_plain(plain["label"]) else None


def _group_of(block: Sequence[Token]) -> str:
    """The name of a reference group, if a paragraph or a heading consists of it; else empty."""
    if block[0].type not in {"paragraph_open", "heading_open"}:
        return ""
    name = block[1].content.strip(_AROUND_A_GROUP)
    return name if is_reference_group(name) else ""


def _group_without_colon(bullet: Sequence[Token]) -> re.Match[str] | None:
    """The name of a reference group, if it is all that a bullet holds above a nested list."""
    if bullet[1].type == "paragraph_open" and bullet[4].type in _LISTS:
        name = _WHOLE_NAME.fullmatch(bullet[2].content)
        return name if name and is_reference_group(name["label"]) else None
    return None


def _without(bullet: Sequence[Token], label: re.Match[str]) -> Sequence[Token]:
    """Take the label off a bullet, in place, before its inline content is parsed."""
    inline = bullet[2]
    inline.content = inline.content[label.end() :]
    if inline.map:  # the label may span lines, or be alone on its line
        inline.map = [inline.map[0] + label.group().count("\n"), inline.map[1]]
    return bullet


def _is_all(bullet: Sequence[Token], label: re.Match[str]) -> bool:
    """True if the bullet holds nothing but its label."""
    return label.end() == len(bullet[2].content) and bullet[4].type == "list_item_close"


def _is_reference_label(label: str) -> bool:
    return ReferenceKind.from_label(label) is not ReferenceKind.OTHER


def _content(bullet: Sequence[Token]) -> list[Token]:
    """The tokens inside a bullet, without the empty paragraph that a removed label leaves."""
    blocks = markdown.siblings(bullet[1:-1])
    content = [token for block in blocks if _has_content(block) for token in block]
    if "checked" in bullet[0].meta and content and content[0].type == "paragraph_open":
        content[0].meta = bullet[0].meta  # the check box of a task list moves to the paragraph
    return content


def _has_content(block: Sequence[Token]) -> bool:
    return block[0].type != "paragraph_open" or bool(block[1].content)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
