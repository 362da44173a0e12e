"""Title, date and tags in front matter: reading them, and changing them in place."""

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from digests.parsing.front_matter.block import DATE, TAGS, TITLE, Block, Node, Value
from digests.parsing.front_matter.dates import read_moment
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
_LANGUAGES: dict[str, type[Block]] = {"---": YamlBlock, "+++": TomlBlock}
_KEYS = {"title": TITLE, "published_at": DATE, "tags": TAGS}


def read_front_matter(text: str, zone: tzinfo) -> FrontMatter:
    """Read the front matter of ``text``; a date without a zone is in ``zone``.

    Raises ParseError, with the line in the file, if it cannot be read.
    """
    block = _block(text)
    if block is None:
        return FrontMatter()
    if len(block.raw.encode(errors="surrogatepass")) > MAX_BYTES:
        limit = MAX_BYTES // 1024
        raise ParseError(format_lazy(_("the front matter is larger than {limit} KB"), limit=limit))
    if unstorable := UNSTORABLE.search(block.raw):
        raise _cannot_be_stored(block.line(unstorable.start()))
    nodes, nothing = block.nodes(), Node("")
    return FrontMatter(
        raw=block.raw,
        title=_text(block, nodes.get(TITLE, nothing)).strip(),
        published_at=_moment(block, nodes.get(DATE, nothing), zone),
        tags=_names(block, nodes.get(TAGS, nothing)),
    )


def with_values(raw: str, changes: Mapping[str, Value]) -> str:
    """Replace or add values in ``raw`` front matter; every other byte stays.

    Raises ParseError if ``raw`` cannot be read, and ValueError if a value cannot be written, of
    which no case is known.
    """
    for key, value in reversed(list(changes.items())):  # a new key goes to the top: keep the order
        raw = _with_value(raw or "---\n---\n", key, value)
    return raw


def with_fields(raw: str, told: Mapping[str, Value], wanted: Mapping[str, Value]) -> str:
    """Write the fields that differ between ``told``, as ``raw`` has them, and ``wanted``.

    Keys of both are the names of a digest's fields: ``title``, ``published_at``, ``tags``.
    """
    changes = {key: wanted[field] for field, key in _KEYS.items() if wanted[field] != told[field]}
    return with_values(raw, changes) if changes else raw


def _with_value(raw: str, key: str, value: Value) -> str:
    block = _block(raw)
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
        after = _block(changed)
        is_written = after is not None and after.nodes() == {**nodes, key: expected}
    except ParseError:
        is_written = False
    if not is_written:
        raise ValueError(f"{key!r} cannot be written into this front matter")
    return changed


def _block(text: str) -> Block | None:
    opening = _OPENING.match(text)
    if opening is None:
        return None
    mark = opening["mark"]
    closing = _CLOSING[mark].search(text, opening.end())
    if closing is None:
        message = _("the front matter has no closing “{mark}” line")
        raise ParseError(format_lazy(message, mark=mark))
    return _LANGUAGES[mark](text[: closing.end()], opening.end(), closing.start())


def _cannot_be_stored(line: int) -> ParseError:
    return ParseError(_("there is a character here that cannot be stored"), line)


def _text(block: Block, node: Node) -> str:
    if not isinstance(node.content, str):
        raise ParseError(_("a text is expected here, not a list"), block.line(node.start))
    if UNSTORABLE.search(node.content):
        raise _cannot_be_stored(block.line(node.start))
    return node.content


def _names(block: Block, node: Node) -> tuple[str, ...]:
    """Read a list of names, or one text with commas."""
    if isinstance(node.content, tuple):
        return tuple(unique_names(_text(block, item) for item in node.content))
    return tuple(split_names(_text(block, node)))


def _moment(block: Block, node: Node, zone: tzinfo) -> datetime | None:
    written = _text(block, node).strip()
    try:
        return read_moment(written, zone) if written else None
    except ValueError as error:
        raise block.not_a_date(written, block.line(node.start)) from error
