"""The desk as a browser uses it: forms are fetched, filled in and sent."""

from collections.abc import Iterator
from html.parser import HTMLParser

from django.contrib.auth.models import User
from django.http import HttpResponseBase
from django.test import Client


class Desk:
    """An editor who is logged in."""

    def __init__(self, editor: User) -> None:
        self._client = Client()
        self._client.force_login(editor)

    def change(self, address: str, **values: str) -> None:
        """Send the form at an address with some of its fields changed."""
        self.send(address, {**self.fields(address), **values})

    def fields(self, address: str) -> dict[str, str]:
        """The fields of a page as a browser would send them untouched."""
        response = self._client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answers {response.status_code}")
        return dict(_Fields(response.text))

    def send(self, address: str, values: dict[str, str]) -> str:
        """Returns the address that the answer leads to; an answer that is a page is a refusal."""
        response: HttpResponseBase = self._client.post(address, values)
        if response.status_code != 302:
            raise RuntimeError(f"{address} answers {response.status_code} to a form")
        return response.headers["Location"]


class _Fields(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self._values: dict[str, str] = {}
        self._textarea = ""
        self._select = ""
        self.feed(html)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for name, value in self._values.items():
            yield name, value.replace("\n", "\r\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        name = attributes.get("name", "")
        match tag:
            case "textarea":
                self._textarea = name
                self._values[name] = ""
            case "select":
                self._select = name
            case "option" if self._select:
                if "selected" in attributes or self._select not in self._values:
                    self._values[self._select] = attributes.get("value", "")
            case "input" if name and attributes.get("type") not in {"submit", "button"}:
                self._values[name] = attributes.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._values[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            # HTML ignores a line end right after the tag.
            text = self._values[self._textarea].replace("\r\n", "\n")
            self._values[self._textarea] = text.removeprefix("\n")
            self._textarea = ""
