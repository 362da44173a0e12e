"""What an entry can say of a reference, the same in all formats."""

import hashlib
import re
from dataclasses import dataclass

from digests import identity
from digests.vocabulary import ReferenceKind

_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")  # whatever some reader ends a line at
_NOT_IN_URL = re.compile(r"[\x00-\x20\"<>\\^`{|}\x7f-\x9f\u2028\u2029]")
_NOT_IN_KEY = re.compile(r"[^a-z0-9._/-]+")
_KEY_LENGTH = 80
_HASH_LENGTH = 12


@dataclass(frozen=True)
class Work:
    """A reference as it is cited. ``title`` is empty where nobody has given it one.

    The values may come from a database that anybody wrote to: the properties are fit for a file.
    """

    key: str
    kind: ReferenceKind
    title: str
    url: str

    @property
    def citation_key(self) -> str:
        """``arxiv-2305.18290``: stable, as it depends on the key alone, and unique in any case.

        BibTeX takes two keys for one if only their case differs. What the safe characters cannot
        say, a hash says.
        """
        scheme, _, rest = self.key.partition(":")
        rest = rest.removeprefix("https://")
        plain = _NOT_IN_KEY.sub("-", rest.lower())
        if plain == rest and len(rest) <= _KEY_LENGTH:
            return f"{scheme}-{rest}"
        tail = hashlib.sha256(self.key.encode()).hexdigest()[:_HASH_LENGTH]
        start = plain[: _KEY_LENGTH - _HASH_LENGTH].strip("-")
        return "-".join(part for part in (scheme, start, tail) if part)

    @property
    def title_line(self) -> str:
        """A repository without a title is known by its name, as its archive would show it."""
        title = _BREAKS.sub(" ", self.title).strip()
        archive, number = self.archive or ("", "")
        return title or (number if archive in {"GitHub", "Hugging Face"} else "")

    @property
    def address(self) -> str:
        """The URL, with escapes for what ends a field somewhere. Other scripts stay readable."""
        return _verbatim(self.url)

    @property
    def doi(self) -> str:
        found = identity.archived(self.key)
        return _verbatim(found.number) if found and found.archive == "DOI" else ""

    @property
    def archive(self) -> tuple[str, str] | None:
        """The archive that keeps it, and its number there, where that is no DOI."""
        found = identity.archived(self.key)
        if found is None or found.archive == "DOI":
            return None
        return found.archive, _verbatim(found.number)


def _verbatim(address: str) -> str:
    return _NOT_IN_URL.sub(_escaped, address)


def _escaped(char: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in char[0].encode())
