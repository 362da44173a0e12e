"""What the rules come to."""

from dataclasses import dataclass

from digests.vocabulary import ReferenceKind

KEY_LENGTH = 2_000  # PostgreSQL's index entries end at 2,704 bytes; keys are ASCII but for names


@dataclass(frozen=True)
class Identity:
    """What a citation points at: the key, the kind its host tells, and the page to open.

    A key holds no control character and no lone surrogate, so that any database stores it.
    """

    key: str
    kind: ReferenceKind
    url: str
