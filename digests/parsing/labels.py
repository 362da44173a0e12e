"""Labels at the start of bullets, paragraphs and headings, and the blocks that belong to them."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from markdown_it.token import Token

from digests import markdown
from digests.parsing.headings import read_title
from digests.vocabulary import PointKind, is_reference_group

LISTS = {"bullet_list_open", "ordered_list_open"}

# So many paragraphs of a topic with a bold label are points, whatever their labels.
_OF_ONE_FORM = 3

# Blanks beside a label, also those that nobody sees, and emoji in front of it.
_BLANK_SIGNS = " \t\u00a0\u200b\u200c\u200d\u2060\u3000\ufeff"
_BLANKS = f"[{_BLANK_SIGNS}]*"
_EMOJI = "(?:[0-9#*]\ufe0f?\u20e3|[\u2190-\u2bff\u3030\U0001f000-\U0001faff]\ufe0f?\u200d?){1,5}"
_ASIDE = r"(?P<aside>[(（][^()（）\n]{1,30}[)）])"
_BOLD_LABEL = re.compile(
    rf"(?P<sign>{_EMOJI}{_BLANKS})?(?P<bold>\*\*\*|\*\*|___|__){_BLANKS}"
    rf"(?P<label>(?:(?!(?P=bold))[^:：\n]){{1,60}}?){_BLANKS}"
    rf"(?:[:：]{_BLANKS}(?P=bold)|(?P=bold){_BLANKS}{_ASIDE}?{_BLANKS}[:：])\s*"
)
_BRACKETED_LABEL = re.compile(
    rf"(?P<sign>{_EMOJI}{_BLANKS})?(?P<bold>\*\*)?【{_BLANKS}(?P<label>[^【】:：\n]{{1,60}}?){_BLANKS}】"
    rf"(?(bold)\*\*){_BLANKS}{_ASIDE}?{_BLANKS}[:：]?\s*"
)
# Known labels may also stand alone on their line, or before a dash: **问题**——甲, **问题** ❓: 甲.
_KNOWN_LABEL = re.compile(
    rf"(?P<sign>{_EMOJI}{_BLANKS})?(?P<bold>\*\*\*|\*\*|___|__|＊＊){_BLANKS}"
    rf"(?P<label>(?:(?!(?P=bold))[^:：\n]){{1,60}}?){_BLANKS}"
    rf"(?:[:：]{_BLANKS}(?P=bold)|(?P=bold){_BLANKS}{_ASIDE}?{_BLANKS}(?P<tail>{_EMOJI})?{_BLANKS}"
    rf"(?:[:：]|—{{1,2}}|–|-(?=[ \t])|(?=\n|\Z)))\s*"
)
_PLAIN_LABEL = re.compile(
    rf"(?P<label>[^*_:：\n\[\]()（）]{{1,60}}?)[ \t]*{_ASIDE}?[ \t]*[:：](?!//)\s*"
)
# What may stand around a label that is no point, and its end there.
_MARKS = re.compile(r"</?(?:b|strong|em|i)>|[*_`＊「」『』“”\"]")
_BULLET = re.compile(r"\s*(?:[•·‣◦▪－–—-]|[(（]?\d{1,2}[)）.、．])?\s*")
_MEANT_LABEL = re.compile(rf"(?P<label>[^:：\n\[\]—]{{1,60}}?){_BLANKS}(?:[:：](?!//)|——)")
_LONGEST_START = 100
_END = re.compile("[:：】—–-]")
_WHOLE_NAME = re.compile(r"(?P<bold>\*\*|__|)(?P<label>[^*_:：\n]{1,60})(?P=bold)")
_AROUND_A_NAME = " \t*_:：【】"


class Label(NamedTuple):
    """A label as its author wrote it, and the Markdown that it was read from, which is the
    beginning of a block."""

    text: str
    source: str

    @classmethod
    def of(cls, match: re.Match[str]) -> "Label":
        groups = match.groupdict()
        sign, aside = (groups.get(name) or "" for name in ("sign", "aside"))
        sign = f"{sign.rstrip(_BLANK_SIGNS)} " if sign else ""
        if aside and match.string[match.start("aside") - 1] in _BLANK_SIGNS:
            aside = f" {aside}"
        tail = f" {groups['tail']}" if groups.get("tail") else ""
        return cls(f"{sign}{match['label']}{aside}{tail}", match.group())


def of_bullet(bullet: Sequence[Token], *, accept_plain: Callable[[str], bool]) -> Label | None:
    """The label of a bullet: any bold one, one in brackets 【】 whose kind is known, or a plain one
    that is accepted."""
    if bullet[1].type != "paragraph_open":
        return None
    content = bullet[2].content
    marked = _marked(content, accept=accept_plain)
    is_bare = marked is not None and marked.source == content and not _END.search(content)
    if marked and not (is_bare and bullet[4].type == "list_item_close"):
        return marked
    plain = _plain(content)
    return plain if plain and accept_plain(plain.text) else None


def of_group_without_colon(bullet: Sequence[Token]) -> Label | None:
    """The name of a reference group, if it is all that a bullet holds above a nested list."""
    if bullet[1].type == "paragraph_open" and bullet[4].type in LISTS:
        name = _WHOLE_NAME.fullmatch(bullet[2].content)
        return Label.of(name) if name and is_reference_group(name["label"]) else None
    return None


def group_of(block: Sequence[Token]) -> str:
    """The name of a reference group, if a paragraph or a heading consists of it; else empty."""
    if block[0].type not in {"paragraph_open", "heading_open"}:
        return ""
    name = block[1].content.strip(_AROUND_A_NAME)
    return name if is_reference_group(name) else ""


def is_list_of_points(block: Sequence[Token]) -> bool:
    """True for a bullet list, whose bullets tell what they are, and for a numbered list with a
    known label in it."""
    if block[0].type == "bullet_list_open":
        return True
    return block[0].type == "ordered_list_open" and any(
        (label := of_bullet(item, accept_plain=is_reference_group)) and _is_known(label.text)
        for item in markdown.siblings(block[1:-1])
    )


def with_labels_apart(blocks: Sequence[list[Token]]) -> list[list[Token]]:
    """Cut the paragraphs at each line that opens with a label, and note the labels of paragraphs
    and headings, which `of_block` gives: known ones, or any bold ones if there are three."""
    found = {id(block): _lines_with_labels(block) for block in blocks}
    lines = [label for of_paragraph in found.values() for _, label in of_paragraph]
    accepts_all = len(lines) >= _OF_ONE_FORM
    pieces: list[list[Token]] = []
    for block in blocks:
        if block[0].type == "heading_open":
            _note_label_of_heading(block)
        labelled = [
            (n, each) for n, each in found[id(block)] if accepts_all or _is_known(each.text)
        ]
        pieces += _cut(block, labelled) if labelled else [block]
    return pieces


def of_block(block: Sequence[Token]) -> Label | None:
    """The label that `with_labels_apart` noted."""
    label = block[0].meta.get("label")
    return label if isinstance(label, Label) else None


def belonging(blocks: Sequence[Sequence[Token]], at: int) -> list[Sequence[Token]]:
    """The blocks that belong to the label of the block ``at``.

    To a heading belongs all up to the next heading or label. To a paragraph belongs a list that
    its text announces by a colon, or that stands right below; and the next block, whatever it is,
    if the label is all that it holds.
    """
    block, found = blocks[at], list[Sequence[Token]]()
    is_heading = block[0].type == "heading_open"
    is_alone = not has_text(block)
    for index in range(at + 1, len(blocks)):  # a slice would be quadratic over all blocks
        following = blocks[index]
        is_wanted = is_heading or (not found and (is_alone or _announces(block, following)))
        if not is_wanted or _opens_something(following):
            break
        found.append(following)
    return found


def has_text(block: Sequence[Token]) -> bool:
    """True if a labelled block holds more than its label."""
    label = of_block(block)
    return (
        block[0].type != "heading_open"
        and label is not None
        and (len(label.source) < len(block[1].content))
    )


def as_bullet(block: Sequence[Token], belongs: Sequence[Token]) -> list[Token]:
    """A labelled block and what belongs to it, as the tokens of a bullet. Its paragraph still holds
    the label."""
    start, end = block[0].map or [0, 0]
    last = max([end, *(token.map[1] for token in belongs if token.map)])
    opening = Token("list_item_open", "li", 1, map=[start, last], block=True)
    paragraph = [Token("paragraph_open", "p", 1, map=[start, end], block=True), block[1]]
    closing = Token("paragraph_close", "p", -1, block=True)
    return [opening, *paragraph, closing, *belongs, Token("list_item_close", "li", -1, block=True)]


def unread(block: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """The known labels that open a paragraph or a bullet, nested or not, of a block that is read as
    prose, each with its token: perhaps meant as points."""
    for number, opening in enumerate(block if block[0].type != "blockquote_open" else ()):
        is_first = number == 0 or block[number - 1].type == "list_item_open"
        is_text = opening.type in {"paragraph_open", "heading_open"}
        if is_first and is_text and (label := _meant(block[number + 1].content)):
            yield opening, label


def _meant(content: str) -> str:
    """The known label with which a text opens in a form that is not read; else empty."""
    if (label := _marked(content, accept=_is_known) or _plain(content)) and _is_known(label.text):
        return label.text
    bare = _BULLET.sub("", _MARKS.sub("", content[:_LONGEST_START]), count=1)
    bold = re.match(r"(?:\*\*|__)(?P<label>[^*_\n]{1,60})(?:\*\*|__)", content)
    name = bold or _MEANT_LABEL.match(bare)
    return name["label"] if name and _is_known(name["label"]) else ""


def _plain(content: str) -> Label | None:
    plain = _PLAIN_LABEL.match(content)
    return Label.of(plain) if plain else None


def _marked(content: str, *, accept: Callable[[str], bool], start: int = 0) -> Label | None:
    if bold := _BOLD_LABEL.match(content, start):
        return Label.of(bold)
    known = _KNOWN_LABEL.match(content, start)
    if known and _is_known(known["label"]):
        return Label.of(known)
    bracketed = _BRACKETED_LABEL.match(content, start)
    if bracketed and (_is_known(bracketed["label"]) or accept(bracketed["label"])):
        return Label.of(bracketed)
    return None


def _is_known(label: str) -> bool:
    return PointKind.from_label(label) is not PointKind.OTHER


def _lines_with_labels(block: Sequence[Token]) -> list[tuple[int, Label]]:
    """The lines of a paragraph that open with a label, each with its number from 0."""
    if block[0].type != "paragraph_open":
        return []
    content = block[1].content
    starts = [0, *(found.end() for found in re.finditer("\n", content))]
    labels = (_marked(content, accept=_is_known, start=start) for start in starts)
    return [
        (number, label)
        for number, label in enumerate(labels)
        if label and not is_reference_group(label.text)
    ]


def _note_label_of_heading(block: Sequence[Token]) -> None:
    content = block[1].content
    name = read_title(content.strip(_AROUND_A_NAME)).title.strip(_AROUND_A_NAME)
    if name and _is_known(name):
        block[0].meta["label"] = Label(name, content)


def _cut(block: Sequence[Token], labelled: Sequence[tuple[int, Label]]) -> Iterator[list[Token]]:
    opening, inline, closing = block
    lines = inline.content.split("\n")
    first = (opening.map or [0, 0])[0]
    labels = dict(labelled)
    starts = sorted({0, *labels})
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        place = [first + start, first + end]
        meta = {"label": labels[start]} if start in labels else {}
        yield [
            opening.copy(map=place, meta={**opening.meta, **meta}),
            inline.copy(map=[*place], content="\n".join(lines[start:end]), children=[]),
            closing.copy(),
        ]


def _announces(block: Sequence[Token], following: Sequence[Token]) -> bool:
    """True if the text of a paragraph announces the list below it."""
    if following[0].type not in LISTS:
        return False
    end, start = (block[0].map or [0, 0])[1], (following[0].map or [0, 0])[0]
    return block[1].content.rstrip().endswith((":", "：")) or start == end


def _opens_something(block: Sequence[Token]) -> bool:
    """True for a block that is a heading, a line across or a footnote, or that holds labels of its
    own."""
    if block[0].type in {"heading_open", "hr", "footnote_open"} or of_block(block):
        return True
    if group_of(block):
        return True
    return block[0].type in LISTS and any(
        of_bullet(item, accept_plain=is_reference_group) or of_group_without_colon(item)
        for item in markdown.siblings(block[1:-1])
    )
