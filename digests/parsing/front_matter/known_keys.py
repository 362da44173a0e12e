"""Title, date and tags in front matter: reading them, and changing them in place."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, tzinfo

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests import markdown
from digests.parsing.front_matter.block import DATE, TAGS, TITLE, Block, Node, Value
from digests.parsing.front_matter.dates import read_moment
from digests.parsing.front_matter.lead import Lead, lead_of
from digests.parsing.front_matter.toml_block import TomlBlock
from digests.parsing.front_matter.yaml_block import YamlBlock
from digests.parsing.model import UNSTORABLE, FrontMatter, ParseError
from digests.text import split_names, unique_names

MAX_BYTES = 256 * 1024
_OPENING = re.compile(r"(?P<mark>---|\+\+\+)[ \t]*\r?\n")
_CLOSING = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
}
# The first line that is neither blank nor a comment.
_FIRST_LINE = re.compile(r"(?:[ \t\r]*+(?:#[^\n]*+)?\n)*+[ \t]*+(?P<line>[^\s#][^\n]*)")
_MAY_BE_KEYS = re.compile(r"[{?&!%]|[^\n]*?:(?:\s|\Z)")
_LANGUAGES: dict[str, type[Block]] = {"---": YamlBlock, "+++": TomlBlock}
_KNOWN_KEY = re.compile(r"^[ \t]*[\"']?(?:title|date|tags)[\"']?[ \t]*:", re.MULTILINE | re.I)
_EMPTY = Node("")
# Keys that are read where ours are missing, in this order; case, blanks, "-" and "_" are ignored.
_STAND_INS = {
    TITLE: ("title", "标题", "標題"),
    DATE: (
        *("date", "published", "pubdate", "publishdate", "publisheddate", "publishedat"),
        *("publishedtime", "datepublished", "created", "createdat", "createddate", "datecreated"),
        *("日期", "发布日期", "发布时间", "创建时间"),
    ),
    TAGS: (
        "tags",
        "tag",
        "keywords",
        "keyword",
        "taxonomies.tags",
        "taxonomies.tag",
        "标签",
        "关键词",
    ),
}
_HASH = re.compile(r"\A\s*[#＃]+\s*")
_KEYS = {"title": TITLE, "published_at": DATE, "tags": TAGS}


def read_front_matter(text: str, zone: tzinfo) -> FrontMatter:
    """Read the front matter of ``text``; a date without a zone is in ``zone``.

    Raises ParseError, with the line in the file, if it cannot be read.
    """
    lead, block = _split(text)
    if block is None:
        return _without_block(text, lead)
    if len(block.raw.encode(errors="surrogatepass")) > MAX_BYTES:
        limit = MAX_BYTES // 1024
        raise ParseError(format_lazy(_("the front matter is larger than {limit} KB"), limit=limit))
    if unstorable := UNSTORABLE.search(block.raw):
        raise _cannot_be_stored(block.line(unstorable.start()))
    nodes, nothing = block.nodes(), Node("")
    return FrontMatter(
        raw=text[: lead.length] + block.raw,
        ending=lead.ending,
        skipped=_line_of(text, lead.told),
        fence=_line_of(text, lead.fence),
        title=_text(block, nodes.get(TITLE, nothing)).strip()
        or next(_other_texts(block, nodes, TITLE), ""),
        published_at=_moment(block, nodes.get(DATE, nothing), zone)
        or next(_other_moments(block, nodes, zone), None),
        tags=_names(block, nodes.get(TAGS, nothing)) or next(_other_names(block, nodes), ()),
    )


def _without_block(text: str, lead: Lead) -> FrontMatter:
    """The front matter of a file that has none: the fence around the file if there is one. Anything
    else on top of it is text."""
    if lead.fence is None:
        return FrontMatter()
    told = None if lead.told is None or lead.told > lead.fence else lead.told
    skipped, fence = _line_of(text, told), _line_of(text, lead.fence)
    return FrontMatter(text[: lead.inside], lead.ending, skipped, fence)


def _line_of(text: str, index: int | None) -> int | None:
    return None if index is None else markdown.end_of(text[:index])[0]


def read_stand_ins(raw: str, zone: tzinfo) -> tuple[str, datetime | None]:
    """Title and date that ``raw`` front matter tells by other keys than ours."""
    _, block = _split(raw, is_file=False)
    if block is None:
        return "", None
    nodes = {key: node for key, node in block.nodes().items() if key not in {TITLE, DATE}}
    title = next(_other_texts(block, nodes, TITLE), "")
    return title, next(_other_moments(block, nodes, zone), None)


def with_values(raw: str, changes: Mapping[str, Value]) -> str:
    """Replace or add values in ``raw`` front matter; every other byte stays.

    Raises ParseError if ``raw`` cannot be read, and ValueError if a value cannot be written, of
    which no case is known.
    """
    for key, value in reversed(list(changes.items())):  # a new key goes to the top: keep the order
        raw = _with_value(raw if _has_block(raw) else f"{raw}---\n---\n", key, value)
    return raw


def _has_block(raw: str) -> bool:
    _, block = _split(raw, is_file=False)
    return block is not None


def with_fields(raw: str, told: Mapping[str, Value], wanted: Mapping[str, Value]) -> str:
    """Write the fields that differ between ``told``, as ``raw`` has them, and ``wanted``.

    Keys of both are the names of a digest's fields: ``title``, ``published_at``, ``tags``.
    """
    changes = {key: wanted[field] for field, key in _KEYS.items() if wanted[field] != told[field]}
    return with_values(raw, changes) if changes else raw


def _with_value(raw: str, key: str, value: Value) -> str:
    lead, block = _split(raw, is_file=False)
    if block is None:
        raise ValueError("not a front matter block")
    nodes, written = block.nodes(), block.written(value)
    changed = block.replaced(nodes[key], written) if key in nodes else block.added(key, written)
    match value:
        case datetime():
            expected = Node(written)
        case list():
            expected = Node(tuple(map(Node, value)))
        case _text:
            expected = Node(value)
    try:
        _, after = _split(changed, is_file=False)
        is_written = after is not None and after.nodes() == {**nodes, key: expected}
    except ParseError:
        is_written = False
    if not is_written:
        raise ValueError(f"{key!r} cannot be written into this front matter")
    return raw[: lead.length] + changed


def _split(text: str, *, is_file: bool = True) -> tuple[Lead, Block | None]:
    """The lead and the front matter of ``text``, if it has any; its values are not read yet.

    ``is_file``: whether this is a file, in which ``---`` may be a thematic break. Else it is known
    to be front matter. Raises ParseError if that is not closed.
    """
    lead = lead_of(text, is_whole=is_file)
    opening = _OPENING.match(text, lead.length)
    if opening is None:
        return lead, None
    mark = opening["mark"]
    closing = _CLOSING[mark].search(text, opening.end())
    end = closing.start() if closing else len(text)
    is_text = is_file and mark == "---"
    if is_text and _is_text(text[opening.end() : end], is_closed=closing is not None):
        return lead, None
    first_line = 1 + text.count("\n", 0, lead.length)
    if closing is None:
        message = _("the front matter has no closing “{mark}” line")
        raise ParseError(format_lazy(message, mark=mark), first_line)
    raw = text[lead.length : closing.end()]
    start, end = opening.end() - lead.length, end - lead.length
    return lead, _LANGUAGES[mark](raw, start, end, first_line)


def _is_text(source: str, *, is_closed: bool) -> bool:
    """True if ``---`` above ``source`` is a thematic break of a text that opens with one.

    A text that has a colon in its first line could be keys with an error in them. It counts as text
    where it is set off by a blank line, as people write breaks, and has no key that is read.
    """
    first = _FIRST_LINE.match(source)
    is_apart = not source.partition("\n")[0].strip()
    if first is None:  # blank lines, and comments of YAML or headings
        return bool(source.strip()) and (is_apart or not is_closed)
    if not _MAY_BE_KEYS.match(first["line"]):
        return True
    return is_apart and not _KNOWN_KEY.search(source) and not _is_mapping(source)


def _is_mapping(source: str) -> bool:
    """True if ``source`` is what YAML front matter holds."""
    try:
        YamlBlock(f"---\n{source}", len("---\n"), len("---\n") + len(source)).nodes()
    except ParseError:
        return False
    return True


def _cannot_be_stored(line: int) -> ParseError:
    return ParseError(_("there is a character here that cannot be stored"), line)


def _text(block: Block, node: Node) -> str:
    if not isinstance(node.content, str):
        raise ParseError(_("a text is expected here, not a list"), block.line(node.start))
    if UNSTORABLE.search(node.content):
        raise _cannot_be_stored(block.line(node.start))
    return node.content


def _names(block: Block, node: Node) -> tuple[str, ...]:
    """Read a list of names, or one text with commas. ``#`` before a name is no part of it."""
    if isinstance(node.content, tuple):
        written = [_text(block, item) for item in node.content]
    else:
        written = split_names(_text(block, node))
    return tuple(unique_names(_HASH.sub("", name) for name in written))


def _moment(block: Block, node: Node, zone: tzinfo) -> datetime | None:
    written = _text(block, node).strip()
    try:
        return read_moment(written, zone) if written else None
    except ValueError as error:
        raise block.not_a_date(written, block.line(node.start)) from error


def _others(nodes: Mapping[str, Node], key: str) -> Iterator[Node]:
    """The values of the keys that stand for ``key``, if that is missing or empty."""
    if nodes.get(key, _EMPTY) == _EMPTY:
        of_spelling = {_spelling(name): node for name, node in nodes.items()}
        yield from (of_spelling[name] for name in _STAND_INS[key] if name in of_spelling)


def _spelling(key: str) -> str:
    return re.sub(r"[-_ ]", "", key.casefold())


def _other_texts(block: Block, nodes: Mapping[str, Node], key: str) -> Iterator[str]:
    for node in _others(nodes, key):
        # Whatever else such a key holds is no error: it may not be meant for us.
        if isinstance(node.content, str) and not UNSTORABLE.search(node.content):
            yield node.content.strip()


def _other_moments(block: Block, nodes: Mapping[str, Node], zone: tzinfo) -> Iterator[datetime]:
    for written in _other_texts(block, nodes, DATE):
        with suppress(ValueError):
            yield read_moment(written, zone)


def _other_names(block: Block, nodes: Mapping[str, Node]) -> Iterator[tuple[str, ...]]:
    for node in _others(nodes, TAGS):
        with suppress(ParseError):
            if names := _names(block, node):
                yield names
