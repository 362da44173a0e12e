"""Answers as text in which only what readers get counts.

Whatever is new in each answer, as tokens, is taken out. The HTML of a page is broken into lines at
its block elements, and whitespace counts only where a browser would show it.
"""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from django.http import HttpResponseBase

_UNSTABLE = {"Content-Length", "Expires", "Date"}
_TOKENS = [
    (re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*'), r"\1TOKEN"),
    (re.compile(r'(nonce[="-]+)[A-Za-z0-9+/=]{8,}'), r"\1NONCE"),
    (re.compile(r"\.[0-9a-f]{12}(\.(?:css|js|svg|png|ico|woff2))\b"), r"\1"),
]
_PIECE = re.compile(r"""<!--.*?-->|<(?:[^"'<>]|"[^"]*"|'[^']*')*>|[^<]+|<""", re.DOTALL)
_QUOTED = re.compile(r"""("[^"]*"|'[^']*')""")
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)")
_AS_IS = {"pre", "textarea", "script", "style"}
_INLINE = {
    *("a", "abbr", "b", "bdi", "bdo", "br", "button", "cite", "code", "data", "del", "dfn", "em"),
    *("i", "img", "input", "ins", "kbd", "label", "mark", "q", "s", "samp", "select", "small"),
    *("span", "strong", "sub", "sup", "time", "u", "use", "var"),
    *("math", "mi", "mn", "mo", "mrow", "ms", "msub", "msup", "msubsup", "mtext", "mfrac", "msqrt"),
    *("svg", "path", "circle", "rect", "line"),
}
_CONTENT = re.compile(r'(<content type="html">)(.*?)(</content>)', re.DOTALL)


def answer(response: HttpResponseBase) -> str:
    """The status, the headers in the order of their names, and the body."""
    body = b"".join(response).decode(errors="backslashreplace")
    kind = response.headers.get("Content-Type", "")
    lines = [str(response.status_code), *_headers(response), "", _without_tokens(_body(kind, body))]
    return "\n".join(lines)


def _headers(response: HttpResponseBase) -> Iterator[str]:
    for name, value in sorted(response.headers.items()):
        if name in _UNSTABLE:
            continue
        if name == "Content-Security-Policy":  # its parts have no order
            value = "; ".join(sorted(value.split("; ")))
        yield f"{name}: {'…' if name == 'ETag' else _without_tokens(value)}"
    for name, cookie in sorted(response.cookies.items()):
        # What is in a cookie of a session is random.
        yield f"Set-Cookie: {name}; max-age={cookie['max-age']}; path={cookie['path']}"


def _without_tokens(text: str) -> str:
    """Nor does the temporary folder count that the files were imported from."""
    text = text.replace(f"{Path.cwd()}/", "")
    for pattern, replacement in _TOKENS:
        text = pattern.sub(replacement, text)
    return text


def _body(kind: str, body: str) -> str:
    if kind.startswith("text/html"):
        return html(body)
    if "xml" in kind:
        entries = _CONTENT.sub(lambda found: found[1] + html(unescape(found[2])) + found[3], body)
        return entries.replace("><", ">\n<")
    if "json" in kind:
        return body.replace(', "', ',\n"')
    return body


def html(text: str) -> str:
    """HTML with a line for each block element and without whitespace that nobody sees."""
    parts: list[str] = []
    kept = ""
    for piece in _PIECE.findall(text):
        name = _name(piece)
        if kept:
            parts.append(piece)
            kept = "" if piece.startswith("</") and name == kept else kept
            continue
        if name in _AS_IS and not piece.startswith("</"):
            kept = name
        parts.append(_tag(piece, name) if name else re.sub(r"\s+", " ", piece))
    return _without_blanks_at_blocks("".join(parts))


def _name(piece: str) -> str:
    found = _NAME.match(piece)
    return found[1].lower() if found else ""


def _tag(piece: str, name: str) -> str:
    """A tag with single blanks between its attributes; a block gets marks around it."""
    parts = _QUOTED.split(piece)
    parts[::2] = [re.sub(r"\s+", " ", part) for part in parts[::2]]
    tag = re.sub(r" (/?>)$", r"\1", "".join(parts))
    return tag if name in _INLINE else f"\0{tag}\0"


def _without_blanks_at_blocks(text: str) -> str:
    return re.sub(r" *\0[ \0]*", "\n", text).strip()
