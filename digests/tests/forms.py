"""HTML forms, read and submitted as a browser does."""

from html.parser import HTMLParser


def fields_of(html: str) -> dict[str, str]:
    """The values that a browser submits for an unchanged page, by name, with CRLF line ends."""
    return {name: value.replace("\n", "\r\n") for name, value in _Fields(html).values.items()}


class _Fields(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._textarea = ""
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        name = attributes.get("name", "")
        if tag == "textarea":
            self._textarea = name
            self.values[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            # A browser submits the first option if none is selected.
            if "selected" in attributes or self._select not in self.values:
                self.values[self._select] = attributes.get("value", "")
        elif tag == "input" and name and attributes.get("type") not in {"submit", "button"}:
            self.values[name] = attributes.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            # HTML drops the first line end after <textarea>.
            text = self.values[self._textarea].removeprefix("\r").removeprefix("\n")
            self.values[self._textarea] = text.replace("\r\n", "\n")
            self._textarea = ""
