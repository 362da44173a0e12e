"""Pictures: the site's own uploads are shown; others are links, as the policy would hide them."""

import re
from dataclasses import dataclass

# ``data:`` holds the picture itself, a megabyte perhaps, and no scheme but these is an address.
_EMBEDDED = re.compile(r"\s*(?!https?:|mailto:)[a-z][a-z0-9+-]*:", re.IGNORECASE)
_UPLOADED = re.compile(r"/uploads/[0-9a-f]{32}\.[a-z]+")


@dataclass(frozen=True)
class Picture:
    source: str
    alternative: str

    @property
    def is_shown(self) -> bool:
        return _UPLOADED.fullmatch(self.source) is not None

    @property
    def words(self) -> str:
        """The text in its place."""
        return self.alternative.strip() or ("" if _EMBEDDED.match(self.source) else self.source)

    @property
    def address(self) -> str:
        """The address that its words link to, outside of a link; empty if it is none of the web."""
        return self.source if self.source.startswith(("http://", "https://")) else ""
