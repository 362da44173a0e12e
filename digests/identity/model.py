"""What the rules come to."""

import re
from dataclasses import dataclass

from digests.vocabulary import ReferenceKind

KEY_LENGTH = 2_000  # PostgreSQL's index entries end at 2,704 bytes; keys are ASCII but for names

_BARE_IP = re.compile(r"url:https://(?:\d+\.\d+\.\d+\.\d+[:/]|\[)")


@dataclass(frozen=True)
class Identity:
    """What a citation points at: the key, the kind its host tells, and the page to open.

    A key holds no control character and no lone surrogate, so that any database stores it.
    """

    key: str
    kind: ReferenceKind
    url: str

    @property
    def is_on_bare_ip(self) -> bool:
        """Whether the host is an IP address, which may be another machine's tomorrow."""
        return _BARE_IP.match(self.key) is not None
