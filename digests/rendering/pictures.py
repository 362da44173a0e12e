"""Pictures in texts. Uploads to this site are shown; others become links, because the
Content-Security-Policy would block them."""

import re
from dataclasses import dataclass

# ``data:`` would put the whole picture into the link; other schemes are no addresses of the web.
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
        """Text that stands for the picture."""
        return self.alternative.strip() or ("" if _EMBEDDED.match(self.source) else self.source)

    @property
    def address(self) -> str:
        """Target of the link on the text; empty for an address outside the web."""
        return self.source if self.source.startswith(("http://", "https://")) else ""
