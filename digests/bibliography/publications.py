"""The values of a bibliography entry, shared by all formats."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from digests import identity
from digests.vocabulary import ReferenceKind

_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")  # some readers end a line at each
_NOT_IN_URL = re.compile(r"[\x00-\x20\"<>\\^`{|}\x7f-\x9f\u2028\u2029]")
_NOT_IN_KEY = re.compile(r"[^a-z0-9._/-]+")
_KEY_LENGTH = 80
_HASH_LENGTH = 12


@dataclass(frozen=True)
class Publication:
    """One reference in a bibliography. ``title`` is empty if nobody has given it one.

    Fields hold the row's values unchecked; the properties clean them for a file, in which a control
    character would end a field or a line.
    """

    key: str
    kind: ReferenceKind
    title: str
    url: str

    @property
    def citation_key(self) -> str:
        """The entry's id, such as ``arxiv-2305.18290``. Stable, because only the key decides.

        Keys stay unique when case is ignored, because BibTeX ignores it. If a key is long or has
        other characters than ``a-z0-9._/-``, a hash of it stands at the end.
        """
        scheme, _, rest = self.key.partition(":")
        rest = rest.removeprefix("https://")
        plain = _NOT_IN_KEY.sub("-", rest.lower())
        if plain == rest and len(rest) <= _KEY_LENGTH:
            return f"{scheme}-{rest}"
        tail = hashlib.sha256(self.key.encode()).hexdigest()[:_HASH_LENGTH]
        start = plain[: _KEY_LENGTH - _HASH_LENGTH].strip("-")
        return "-".join(part for part in (scheme, start, tail) if part)

    def type_in(self, types: Mapping[ReferenceKind, tuple[str, str]]) -> str:
        """The type in a format, which has one for each kind with an address, and one without."""
        with_address, without = types[self.kind]
        return with_address if self.url else without

    @property
    def title_line(self) -> str:
        """The title on one line; for a repository or model without a title, its name."""
        title = _BREAKS.sub(" ", self.title).strip()
        archive, number = self.archive or ("", "")
        return title or (number if archive in {"GitHub", "Hugging Face"} else "")

    @property
    def address(self) -> str:
        """The URL, percent-encoding the characters that end a field in one of the formats.

        Non-ASCII letters stay as they are, so that people can read them.
        """
        return _verbatim(self.url)

    @property
    def doi(self) -> str:
        found = identity.archive_entry(self.key)
        return _verbatim(found.number) if found and found.archive == "DOI" else ""

    @property
    def archive(self) -> tuple[str, str] | None:
        """The name of the archive and the number there; None for a DOI, which has its own field."""
        found = identity.archive_entry(self.key)
        if found is None or found.archive == "DOI":
            return None
        return found.archive, _verbatim(found.number)


def _verbatim(address: str) -> str:
    return _NOT_IN_URL.sub(_escaped, address)


def _escaped(char: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in char[0].encode())
