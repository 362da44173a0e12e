"""The body of a topic, or a preamble: its points, its listed references, and everything else."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from markdown_it.token import Token
from markdown_it.utils import EnvType

from digests import identity, markdown
from digests.parsing.model import (
    ListedItem,
    ParsedBody,
    ParsedCitation,
    ParsedPoint,
    ParseWarning,
    Prose,
)
from digests.vocabulary import PointKind, ReferenceKind, is_reference_group

_BOLD_LABEL = re.compile(
    r"(?P<bold>\*\*|__)[ \t]*(?P<label>(?:(?!(?P=bold))[^:：\n]){1,60}?)[ \t]*"
    r"(?:[:：][ \t]*(?P=bold)|(?P=bold)[ \t]*[:：])\s*"
)
_PLAIN_LABEL = re.compile(r"(?P<label>[^*_:：\n\[\]()（）]{1,60}?)[ \t]*[:：](?!//)\s*")
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|（\s*）|\[\s*\]|【\s*】|<\s*>")
_AROUND_A_NAME = " \t\n:：-—–,，;；"


def parse_body(
    text: str, *, first_line: int = 1, definitions: markdown.Definitions | None = None
) -> ParsedBody:
    """Read ``text``; ``definitions`` are the link definitions of the rest of its file."""
    tokens, env = markdown.blocks(text, definitions)
    reader = _Reader(markdown.lines(text), env, first_line)
    for block in _siblings(tokens):
        if block[0].type == "bullet_list_open":
            reader.read_list(block)
        else:
            reader.read_prose(block)
    return ParsedBody(tuple(reader.parts), tuple(reader.citations), tuple(reader.warnings))


@dataclass
class _Reader:
    """Walks the top-level blocks once and collects what they say, in the order of the text."""

    lines: list[str]
    env: EnvType
    first_line: int
    parts: list[Prose | ParsedPoint | ListedItem] = field(default_factory=list)
    citations: list[ParsedCitation] = field(default_factory=list)
    warnings: list[ParseWarning] = field(default_factory=list)
    items: int = 0

    def read_list(self, block: Sequence[Token]) -> None:
        """A top-level list: labelled bullets become points or groups, the others stay a list."""
        unlabelled: list[Token] = []
        for bullet in _siblings(block[1:-1]):
            label = _label(bullet, accept_plain=is_reference_group)
            if label is None:
                unlabelled.extend(bullet)
                continue
            self._read_unlabelled(block, unlabelled)
            unlabelled = []
            if is_reference_group(label["label"]):
                self._read_group(_without(bullet, label))
            else:
                self._read_point(_without(bullet, label), label["label"])
        self._read_unlabelled(block, unlabelled)

    def read_prose(self, block: Sequence[Token]) -> None:
        markdown.inlines(block, self.env)
        self.parts.append(Prose(tuple(block)))
        self._cite_inline(block)

    def _read_unlabelled(self, block: Sequence[Token], bullets: Sequence[Token]) -> None:
        if bullets:
            self.read_prose([block[0], *bullets, block[-1]])

    def _read_point(self, bullet: Sequence[Token], label: str) -> None:
        content = _content(bullet)
        markdown.inlines(content, self.env)
        kind, text = PointKind.from_label(label), self._text_of(bullet)
        self.parts.append(ParsedPoint(self._line(bullet), label, kind, text, tuple(content)))
        self._cite_inline(content)

    def _text_of(self, bullet: Sequence[Token]) -> str:
        """Markdown of a bullet that lost its label, without indentation."""
        _, begin = bullet[1].map or (0, 0)  # the paragraph that held the label
        _, end = bullet[0].map or (0, 0)
        rest = self.lines[begin:end]
        indent = next((_indentation(line) for line in rest if line.strip()), 0)
        rest = [line.rstrip("\r\n")[min(indent, _indentation(line)) :] for line in rest]
        return "\n".join([bullet[2].content, *rest]).strip()

    def _read_group(self, group: Sequence[Token]) -> None:
        for block in _siblings(group[1:-1]):
            if block[0].type in {"bullet_list_open", "ordered_list_open"}:
                for bullet in _siblings(block[1:-1]):
                    self._read_item(bullet)
            elif _has_content(block):
                self._read_item([group[0], *block, group[-1]])

    def _read_item(self, bullet: Sequence[Token]) -> None:
        match = _label(bullet, accept_plain=_is_reference_label)
        label = match["label"] if match else ""
        content = _content(_without(bullet, match) if match else bullet)
        markdown.inlines(content, self.env)
        known = len(self.citations)
        self._cite_listed(content, label)
        is_cited = len(self.citations) > known
        self.parts.append(ListedItem(self._line(bullet), label, is_cited, tuple(content)))
        self.items += is_cited

    def _cite_listed(self, content: Sequence[Token], label: str) -> None:
        """Cite every link of a listed item, and the bare name where it has no link.

        Names are what the item itself says; only under a label alone, what its bullets say.
        """
        depth = content[0].level if content and content[0].type == "paragraph_open" else None
        for opening, token in pairwise(content):
            if token.type != "inline":
                continue
            links = _named(token, list(_links(token)))
            name = markdown.plain_text([token]).strip()
            if not links and re.search(r"\w", name) and (depth is None or opening.level == depth):
                links = [_Link(name, "")]
            for link in links:
                self._cite(token, link, label, self.items)

    def _cite_inline(self, content: Sequence[Token]) -> None:
        for token in content:
            if token.type == "inline":
                for link in _links(token):
                    self._cite(token, link, "", None)

    def _cite(self, token: Token, link: "_Link", label: str, item: int | None) -> None:
        line = self._line([token])
        try:
            found = identity.of_url(link.url) if link.url else identity.of_name(link.title)
        except ValueError:
            # It stays in the text, or in its list; it is only no reference.
            message = format_lazy(_("this address cannot be read: {url}"), url=link.url[:200])
            self.warnings.append(ParseWarning(line, "url-unparsable", message))
            return
        kind = ReferenceKind.from_label(label)
        if kind is ReferenceKind.OTHER:
            kind = found.kind
        self.citations.append(
            ParsedCitation(line, label, kind, link.title, link.url, found.key, found.url, item)
        )

    def _line(self, tokens: Sequence[Token]) -> int:
        return self.first_line + (tokens[0].map[0] if tokens[0].map else 0)


@dataclass(frozen=True)
class _Link:
    title: str
    url: str


def _links(inline: Token) -> Iterator[_Link]:
    """The http(s) links and image targets of a paragraph."""
    children = inline.children or []
    for position, child in enumerate(children):
        if child.type == "link_open":
            url = str(child.attrs.get("href", ""))
            closing = next(
                index
                for index in range(position, len(children))
                if children[index].type == "link_close"
            )
            title = markdown.plain_inline(children[position + 1 : closing])
        elif child.type == "image":
            url, title = str(child.attrs.get("src", "")), child.content
        else:
            continue
        if url.lower().startswith(("http://", "https://")):
            yield _Link(" ".join(title.split()), url)


def _named(inline: Token, links: list[_Link]) -> list[_Link]:
    """In ``name ([url](url))`` the words around the only link are its title."""
    if len(links) != 1 or links[0].title != links[0].url:
        return links
    around = markdown.plain_text([inline]).replace(links[0].title, "")
    name = _EMPTY_BRACKETS.sub("", around).strip(_AROUND_A_NAME)
    return [_Link(name, links[0].url)] if name else links


def _siblings(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Cut a run of tokens into its blocks, each from opening to closing token."""
    start = depth = 0
    for position, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tokens[start : position + 1]
            start = position + 1


def _label(bullet: Sequence[Token], *, accept_plain: Callable[[str], bool]) -> re.Match[str] | None:
    """The label that opens a bullet's first paragraph: a bold one, or a plain one we know."""
    if bullet[1].type != "paragraph_open":
        return None
    if bold := _BOLD_LABEL.match(bullet[2].content):
        return bold
    plain = _PLAIN_LABEL.match(bullet[2].content)
    return plain if plain and accept_plain(plain["label"]) else None


def _without(bullet: Sequence[Token], label: re.Match[str]) -> Sequence[Token]:
    """The bullet with its label taken off. Works in place: the inline phase comes later."""
    bullet[2].content = bullet[2].content[label.end() :]
    return bullet


def _is_reference_label(label: str) -> bool:
    return ReferenceKind.from_label(label) is not ReferenceKind.OTHER


def _content(bullet: Sequence[Token]) -> list[Token]:
    """What stands inside a bullet, without a paragraph that its label left empty."""
    return [token for block in _siblings(bullet[1:-1]) if _has_content(block) for token in block]


def _has_content(block: Sequence[Token]) -> bool:
    return block[0].type != "paragraph_open" or bool(block[1].content)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
