from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from digests.pages.variants.answering import Format
from digests.pages.variants.markdown_text import link


@dataclass(frozen=True)
class PageLinks:
    """Page ``number`` of ``pages``, and the links to its neighbours."""

    number: int
    pages: int
    # Absolute URL of a page by format and number.
    address: Callable[[Format, int], str]

    def json(self) -> dict[str, Any]:
        return {
            "page": self.number,
            "pages": self.pages,
            "next": self._beside(Format.JSON, 1),
            "previous": self._beside(Format.JSON, -1),
        }

    def markdown(self) -> Iterator[str]:
        """A line of links; empty if there is a single page."""
        if self.pages == 1:
            return
        links = (
            (_("Previous page"), self._beside(Format.MARKDOWN, -1)),
            (_("Next page"), self._beside(Format.MARKDOWN, 1)),
        )
        place = _("Page %(number)s of %(pages)s") % {"number": self.number, "pages": self.pages}
        yield " · ".join([place, *(link(name, address) for name, address in links if address)])

    def _beside(self, form: Format, step: int) -> str | None:
        number = self.number + step
        return self.address(form, number) if 1 <= number <= self.pages else None
