"""Writing of Markdown that is read as it is meant, whatever a title or a text contains."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from markdown_it.common.utils import normalizeReference

from digests import markdown

# Signs that begin inline markup, or a block if a line begins with them.
_MARKUP = re.compile(r"[\\`*\[\]~$]|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])|&(?=#?\w+;)|(?<!\S)#|^[-+=>]")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])")
_NOT_IN_ADDRESS = re.compile(r"[\s<>()\\`\x00-\x1f]")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){1,999})\]", re.DOTALL)


def escaped(text: str) -> str:
    """Escape a text, so that it is read as itself, and join its lines."""
    line = " ".join(markdown.printable(text).split())
    line = _NUMBERED.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", line))
    # ``\[x_1\]`` would be read as a formula.
    return line.replace(r"\[", "&#91;") if markdown.has_bracket_formula(line) else line


def link(text: str, url: str) -> str:
    return f"[{escaped(text)}]({_destination(url)})"


def section(title: str, lines: Iterable[str]) -> list[str]:
    """A heading and the lines under it as two blocks; none without lines."""
    text = "\n".join(lines)
    return [f"## {title}", text] if text else []


def with_appendix(text: str, line: str, definitions: Iterable[str]) -> str:
    """Append a paragraph of one line and link definitions to a text.

    They are prepended instead if a fence or comment without an end would swallow them.
    """
    appendix = "\n\n".join(filter(None, [line, "\n".join(definitions)]))
    gap = "\n" if text.endswith("\n") else "\n\n"
    whole = f"{text}{gap}{appendix}\n"
    if _last_paragraph(whole) == line:
        return whole
    return f"{appendix}\n\n{text}"


def missing_definitions(text: str, known: markdown.Definitions) -> Iterator[str]:
    """Yield the ``known`` definitions that ``text`` may use and does not contain."""
    own = markdown.definitions(text)
    labels = {normalizeReference(label): label for label in _LABEL.findall(text)}
    for key, label in labels.items():
        footnote = key.removeprefix("^") if key.startswith("^") else ""
        if key in known.links and key not in own.links:
            yield _definition(label, known.links[key]["href"], known.links[key]["title"])
        elif footnote in known.footnotes and footnote not in own.footnotes:
            yield f"[{label}]: {known.footnotes[footnote]}"


def _definition(label: str, url: str, title: str) -> str:
    quoted = " ".join(re.sub(r'[\\"]|&(?=#?\w+;)', r"\\\g<0>", title).split())
    name = " ".join(label.split())
    return f"[{name}]: {_destination(url)}" + (f' "{quoted}"' if quoted else "")


def _destination(url: str) -> str:
    encoded = _NOT_IN_ADDRESS.sub(lambda sign: quote(sign[0]), url)
    return _ENTITY.sub(r"\\&", encoded) or "<>"


def _last_paragraph(text: str) -> str:
    """Source of the last block if it is a paragraph; else empty."""
    tokens = markdown.blocks(text).tokens[-3:]
    types = [token.type for token in tokens]
    is_outermost = types == ["paragraph_open", "inline", "paragraph_close"] and not tokens[0].level
    return tokens[1].content if is_outermost else ""
