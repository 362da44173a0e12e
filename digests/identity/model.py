"""The result of the rules: an `Identity`."""

import re
from dataclasses import dataclass

from digests.vocabulary import ReferenceKind

KEY_LENGTH = 2_000  # PostgreSQL's index entries end at 2,704 bytes; keys are ASCII but for names

_BARE_IP = re.compile(r"url:https://(?:\d+\.\d+\.\d+\.\d+[:/]|\[)")


@dataclass(frozen=True)
class Identity:
    """A citation's target: its key, its kind as far as the host tells, and the page to open.

    A key holds neither control characters nor lone surrogates, so that every database can store it.
    """

    key: str
    kind: ReferenceKind
    url: str

    @property
    def is_on_bare_ip(self) -> bool:
        """True if the host is an IP address, which may belong to another machine tomorrow."""
        return _BARE_IP.match(self.key) is not None
