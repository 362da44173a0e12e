"""The body of a topic, or a preamble: its points, its listed references, and everything else."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from markdown_it.token import Token
from markdown_it.utils import EnvType

from digests import identity, markdown
from digests.markdown import raw_html
from digests.parsing import labels, model
from digests.parsing.headings import heading_content
from digests.parsing.labels import LISTS, Label
from digests.parsing.links import Link, links
from digests.vocabulary import PointKind, ReferenceKind, WarningCode, is_reference_group

_EMPTY_BRACKETS = re.compile(r"\(\s*\)|（\s*）|\[\s*\]|【\s*】|<\s*>")
_COMMAS = re.compile(r"([,，;；.。])(?:\s*[,，;；.。])+")
_AROUND_A_NAME = " \t\n:：-—–,，;；。"
_AROUND_NOTHING = " \t.。()（）"
# A link of a note-taking program, such as [[folder/Note#Heading|alias]]. ![[…]] shows a file.
_WIKI_LINK = re.compile(
    r"(?P<embedded>!)?\[\[(?P<note>[^\[\]|#\n]*)(?:#[^\[\]|\n]*)?(?:\|(?P<alias>[^\[\]\n]*))?\]\]"
)
_NO_REFERENCE = {"无", "暂无", "没有", "待补充", "none", "n/a", "tbd"}


def parse_body(
    text: str,
    *,
    heading: str = "",
    is_numbered: bool = True,
    first_line: int = 1,
    definitions: markdown.Definitions | None = None,
) -> model.ParsedBody:
    """Read ``text``, which begins on ``first_line`` of its file, below ``heading`` as written.

    ``is_numbered``: whether a number in the heading is one, and no part of the title.
    ``definitions`` are those of the rest of its file.
    """
    blocks = markdown.blocks(text, definitions)
    return read_body(blocks, heading=heading, is_numbered=is_numbered, first_line=first_line)


def read_body(
    blocks: markdown.Blocks, *, heading: str, is_numbered: bool = True, first_line: int
) -> model.ParsedBody:
    """Like `parse_body`, for a text that is parsed into blocks already."""
    reader = _Reader(blocks.lines, blocks.env, first_line)
    title = reader.read_heading(heading, is_numbered=is_numbered) if heading else ()
    top_level = [list(block) for block in markdown.siblings(blocks.tokens)]
    reader.read_blocks(labels.with_labels_apart(top_level))
    return model.ParsedBody(
        tuple(reader.parts),
        tuple(reader.citations),
        tuple(reader.warnings),
        reader.shared_footnotes(),
        tuple(title),
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
    has_question: bool = False

    def read_heading(self, heading: str, *, is_numbered: bool) -> Sequence[Token]:
        content = heading_content(heading, with_number=not is_numbered)
        token = markdown.inline(content, self.env)
        token.map = [-len(markdown.lines(heading)), 0]
        self._cite_inline([token], "")
        return [token]

    def read_blocks(self, blocks: Sequence[list[Token]]) -> None:
        at = 0
        while at < len(blocks):
            at += self._read_first(blocks[at : at + 2]) or self._read_labelled(blocks, at)

    def _read_first(self, blocks: Sequence[list[Token]]) -> int:
        """Read a list, or the name of a list of references with the list below. Returns the number
        of blocks that were read."""
        block, *following = blocks
        if following and following[0][0].type in LISTS and (group := labels.group_of(block)):
            self._read_items(following[0], group)  # its name is stored with its items
            return 2
        if labels.is_list_of_points(block):
            self._read_list(block)
            return 1
        return 0

    def _read_labelled(self, blocks: Sequence[list[Token]], at: int) -> int:
        """Read a paragraph or heading that is a label with the text that belongs to it, or else a
        block as prose. Returns the number of blocks that were read."""
        block = blocks[at]
        label = labels.of_block(block)
        belonging = labels.belonging(blocks, at) if label else []
        if label is None or not (belonging or labels.has_text(block)):
            self._read_prose(block)
            return 1
        bullet = labels.as_bullet(block, [token for each in belonging for token in each])
        self._read_point(_without(bullet, label), label.text)
        return 1 + len(belonging)

    def shared_footnotes(self) -> dict[str, Token]:
        """The footnotes that the text marks and another text of its file defines.

        Their links are citations of the text that defines them.
        """
        tokens = [token for part in self.parts for token in part.tokens]
        own = {token.meta["label"] for token in tokens if token.type == "footnote_open"}
        known = {key: each for key, each in self.env["known_footnotes"].items() if key not in own}
        found: dict[str, Token] = {}
        marks = deque(_marks(tokens) if known else ())
        while marks:
            label = marks.popleft()
            if label in known and label not in found:
                found[label] = markdown.inline(known[label], self.env)
                marks.extend(_marks([found[label]]))
        return found

    def _read_list(self, block: Sequence[Token]) -> None:
        """Read a top-level list: labelled bullets as points or groups, runs of others as prose."""
        unlabelled: list[Token] = []
        for bullet in markdown.siblings(block[1:-1]):
            label = labels.of_bullet(bullet, accept_plain=is_reference_group)
            label = label or labels.of_group_without_colon(bullet)
            is_group = label is not None and is_reference_group(label.text)
            if label is None or (is_group and _is_all(bullet, label)):
                unlabelled.extend(bullet)
                continue
            self._read_unlabelled(block, unlabelled)
            unlabelled = []
            if is_group:
                self._read_group(_without(bullet, label), label.text)
            elif self._is_listed_alone(bullet, label):
                self._read_item(bullet, "")
            else:
                self._read_point(_without(bullet, label), label.text)
        self._read_unlabelled(block, unlabelled)

    def _is_listed_alone(self, bullet: Sequence[Token], label: Label) -> bool:
        """True for a bullet that is a reference outside of any list of them: its label is a kind of
        reference, and all that it holds is links."""
        if not _is_reference_label(label.text) or bullet[4].type != "list_item_close":
            return False
        token = markdown.inline(bullet[2].content[len(label.source) :], self.env)
        if not (found := links(token)):
            return False
        beside = markdown.plain_text([token])
        for link in found:
            beside = beside.replace(link.title or link.url, "", 1)
        return re.search(r"\w", beside) is None

    def _read_prose(self, block: Sequence[Token]) -> None:
        for token, label in labels.unread(block):
            message = format_lazy(_("“{label}” opens a text that is no point"), label=label)
            self._warn(token, 0, WarningCode.LABEL_NOT_READ, message)
        markdown.inlines(block, self.env)
        for token in block:
            if token.type == "html_block" and raw_html.is_open_comment(token.content):
                message = _("a comment has no end: what follows it is not shown")
                self._warn(token, 0, WarningCode.COMMENT_UNCLOSED, message)
        self.parts.append(model.Prose(tuple(block)))
        self._cite_inline(block, "")

    def _read_unlabelled(self, block: Sequence[Token], bullets: Sequence[Token]) -> None:
        if not bullets:
            return
        opening = block[0]
        if opening.type == "ordered_list_open":  # the rest of a list keeps its numbers
            opening = opening.copy(attrs={**opening.attrs, "start": int(bullets[0].info)})
        self._read_prose([opening, *bullets, block[-1]])

    def _read_point(self, bullet: Sequence[Token], label: str) -> None:
        content = _content(bullet)
        markdown.inlines(content, self.env)
        kind, text = self._kind_of(label), self._text_of(bullet)
        self.parts.append(
            model.ParsedPoint(self._line(bullet[1]), label, kind, text, tuple(content))
        )
        if not content:
            message = format_lazy(_("“{label}” has no text"), label=label)
            self._warn(bullet[1], 0, WarningCode.EMPTY_POINT, message)
        self._cite_inline(content, label if _is_reference_label(label) else "")

    def _kind_of(self, label: str) -> PointKind:
        """The kind of a point. A bare A is an answer only below a question, else one of A, B, C."""
        kind = PointKind.from_label(label)
        self.has_question = self.has_question or kind is PointKind.QUESTION
        is_bare = label.strip().casefold() == "a"
        return PointKind.OTHER if is_bare and not self.has_question else kind

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
            if block[0].type in LISTS:
                self._read_items(block, name)
            elif _has_content(block):
                self._read_item([group[0], *block, group[-1]], name)

    def _read_items(self, block: Sequence[Token], group: str) -> None:
        for bullet in markdown.siblings(block[1:-1]):
            self._read_item(bullet, group)

    def _read_item(self, bullet: Sequence[Token], group: str) -> None:
        read = labels.of_bullet(bullet, accept_plain=_is_reference_label)
        label = read.text if read else ""
        content = _content(_without(bullet, read) if read else bullet)
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
        name = " ".join(_WIKI_LINK.sub(_note, markdown.plain_text([token])).split())
        if found := identity.addresses_in(name, is_paper=_is_of_papers(group, label)):
            for link in _unlinked(token, name, found, label):
                self._cite(token, link, group, label, self.items)
        elif re.search(r"\w", name) and name.casefold().strip(_AROUND_NOTHING) not in _NO_REFERENCE:
            self._cite(token, Link("", name, 0), group, label, self.items)
            message = format_lazy(_("“{name}” is only a name, without an address"), name=name[:200])
            self._warn(token, 0, WarningCode.BARE_NAME, message)

    def _cite_inline(self, content: Sequence[Token], label: str) -> None:
        for token in content:
            for link in links(token):
                self._cite(token, link, "", label, None)

    def _cite(self, token: Token, link: Link, group: str, label: str, item: int | None) -> None:
        if link.is_broken:
            message = format_lazy(
                _("the address of this link is broken by a blank or a line end: {url}"),
                url=link.url[:200],
            )
            self._warn(token, link.line, WarningCode.URL_UNPARSABLE, message)
            return
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


def _marks(tokens: Iterable[Token]) -> Iterator[str]:
    """The labels of the footnote marks in these tokens."""
    children = (child for token in tokens for child in token.children or ())
    return (child.meta["label"] for child in children if child.type == "footnote_reference")


def _named(token: Token, found: list[Link], label: str) -> list[Link]:
    """Give an item's only link a title from around it, if its own text is none.

    The words around it serve, as in ``name ([url](url))``, or else a label that is no kind of
    reference, as in ``**name**: url``.
    """
    if len(found) != 1 or found[0].is_broken or identity.is_title(found[0].title):
        return found
    around, _, after = markdown.plain_text([token]).rpartition(found[0].title or "\0")
    name = _words_around(around + after, label)
    return [Link(found[0].url, name, found[0].line)] if name else found


def _is_of_papers(group: str, label: str) -> bool:
    kind = ReferenceKind.from_label(label)
    is_group_of_papers = re.search(r"论文|\bpapers?\b", group, re.IGNORECASE) is not None
    return kind is ReferenceKind.PAPER or (is_group_of_papers and not _is_reference_label(label))


def _unlinked(
    token: Token, name: str, found: Sequence[identity.Unlinked], label: str
) -> list[Link]:
    """Links for the addresses in a name. The words around a single one are its title."""
    made = []
    for one in found:
        is_alone = len(found) == 1
        title = _words_around(name[: one.start] + name[one.end :], label) if is_alone else ""
        at = max(0, token.content.find(name[one.start : one.end]))
        line = token.content.count("\n", 0, at)
        made.append(Link(one.url, title or one.url, line))
    return made


def _words_around(words: str, label: str) -> str:
    """The words of an item beside its address, or its label if that is no kind of reference."""
    words = _COMMAS.sub(r"\1", _EMPTY_BRACKETS.sub("", words))
    name = " ".join(words.split()).strip(_AROUND_A_NAME)
    return name or ("" if _is_reference_label(label) else label)


def _note(link: re.Match[str]) -> str:
    """The name of the note that a wiki link leads to; a file that is shown has none."""
    if link["embedded"]:
        return ""
    return link["note"].rpartition("/")[2].strip() or link["alias"] or ""


def _without(bullet: Sequence[Token], label: Label) -> Sequence[Token]:
    """Take the label off a bullet, in place, before its inline content is parsed."""
    inline = bullet[2]
    inline.content = inline.content[len(label.source) :]
    if inline.map:  # the label may span lines, or be alone on its line
        inline.map = [inline.map[0] + label.source.count("\n"), inline.map[1]]
    return bullet


def _is_all(bullet: Sequence[Token], label: Label) -> bool:
    """True if the bullet holds nothing but its label."""
    return len(label.source) == len(bullet[2].content) and bullet[4].type == "list_item_close"


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
