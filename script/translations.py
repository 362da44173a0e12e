#!/usr/bin/env python
"""Collect the site's messages into the Chinese catalogue, and compile it.

    script/translations.py           update django.po and write django.mo
    script/translations.py --check   report missing and wrong messages, change nothing

Replaces `makemessages` and `compilemessages`, which need GNU gettext on the machine. English needs
no catalogue, because messages are written in English.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PO_FILE = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
MO_FILE = PO_FILE.with_suffix(".mo")
PACKAGES = ["kb", "digests"]
TEMPLATES = "templates"
# Tests have no readers, and migrations freeze old messages.
NOT_COLLECTED = {"tests", "migrations"}

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)\w|%[sd]|\{\w*\}")


class ChineseCatalog(Catalog):
    """A catalogue whose header has no date and no tool, so that only messages change the file."""

    def __init__(self) -> None:
        super().__init__(locale="zh_Hans", header_comment="# Chinese", fuzzy=False)

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", "zh_Hans"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


def sources(root: Path) -> Iterator[str]:
    """Yield each file that can hold messages as Python source; templates are converted."""
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if NOT_COLLECTED.isdisjoint(path.relative_to(root).parts):
                yield path.read_text(encoding="utf-8")
    for path in sorted((root / TEMPLATES).rglob("*.*")):
        # In brackets Python ignores indentation, which templates have anywhere.
        yield f"({templatize(path.read_text(encoding='utf-8'), origin=str(path))}\n)"


def collect(root: Path, translated: Catalog) -> Catalog:
    """Extract the messages of the sources, with their existing translations."""
    catalog = ChineseCatalog()
    for source in sources(root):
        found = extract("python", BytesIO(source.encode()), KEYWORDS, ["Translators:"])
        for _line, msgid, comments, context in found:
            catalog.add(msgid, auto_comments=comments, context=context)
    for message in messages(catalog):
        known = same_message(translated, message)
        if known:
            message.string = known.string
            message.user_comments = known.user_comments
            message.flags |= known.flags & {"fuzzy"}
    return catalog


def read_translated() -> Catalog:
    po = PO_FILE.read_bytes() if PO_FILE.exists() else b""
    return read_po(BytesIO(po), locale="zh_Hans", abort_invalid=True)


def messages(catalog: Catalog) -> list[Message]:
    return sorted(message for message in catalog if message.id)


def same_message(catalog: Catalog, message: Message) -> Message | None:
    """Find a message with the same plural too; a catalogue looks up the singular alone."""
    found = catalog.get(message.id, message.context)
    return found if found and found.id == message.id else None


def problems(catalog: Catalog, translated: Catalog, compiled: bytes) -> Iterator[str]:
    for message in messages(catalog):
        strings = forms(message.string)
        if same_message(translated, message) is None:
            yield f"not in the catalogue: {described(message)}"
        elif not all(strings):
            yield f"not translated: {described(message)}"
        elif message.fuzzy:
            yield f"fuzzy: {described(message)}"
        elif any(placeholders(form) != placeholders(*forms(message.id)) for form in strings):
            yield f"other placeholders than the message: {described(message)}"
    for message in [*messages(translated), *translated.obsolete.values()]:
        if same_message(catalog, message) is None:
            yield f"no longer in the sources: {described(message)}"
    if compiled != mo_bytes(catalog):
        yield f"{MO_FILE.name} is not what {PO_FILE.name} compiles to"


def forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [""])


def placeholders(*texts: str) -> set[str]:
    return {found for text in texts for found in PLACEHOLDER.findall(text)}


def described(message: Message) -> str:
    context = f" (context {message.context!r})" if message.context else ""
    return f"{forms(message.id)[0]!r}{context}"


def po_bytes(catalog: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalog, no_location=True, sort_output=True, ignore_obsolete=True)
    return file.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description="The site's messages in Chinese.")
    parser.add_argument("--check", action="store_true", help="change nothing; fail on a problem")
    check = parser.parse_args().check

    translated = read_translated()
    catalog = collect(ROOT, translated)
    if not check:
        PO_FILE.parent.mkdir(parents=True, exist_ok=True)
        PO_FILE.write_bytes(po_bytes(catalog))
        translated = read_translated()
        catalog = collect(ROOT, translated)
        MO_FILE.write_bytes(mo_bytes(catalog))

    found = list(problems(catalog, translated, MO_FILE.read_bytes() if MO_FILE.exists() else b""))
    for problem in found:
        print(problem, file=sys.stderr)
    print(f"{len(messages(catalog))} messages, {len(found)} problems")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main())
