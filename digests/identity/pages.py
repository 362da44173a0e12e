"""An address with its parts unescaped, as the rules of sites read it, and the identity of a URL."""

from dataclasses import dataclass
from urllib.parse import parse_qs

from digests.identity.addresses import Address
from digests.identity.model import Identity
from digests.vocabulary import ReferenceKind


@dataclass(frozen=True)
class Page:
    """An address with its path unescaped, without a slash at its end."""

    address: Address
    path: str

    def parameter(self, name: str) -> str:
        """The first value of a parameter; empty if it has none."""
        return next(iter(parse_qs(self.address.query).get(name, [])), "")


def page_identity(
    url: str, kind: ReferenceKind = ReferenceKind.OTHER, *, folded: bool = False
) -> Identity:
    return Identity(f"url:{url.lower() if folded else url}", kind, url)
