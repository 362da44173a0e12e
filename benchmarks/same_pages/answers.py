"""Asks a site for addresses and keeps every answer as a file."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from benchmarks.same_pages import normal

_NAME_LENGTH = 80


class Reader:
    """Somebody who reads in one language, logged in or not. ``name`` is that of the folder of the
    answers; the same address is asked for once."""

    def __init__(
        self, folder: Path, name: str, language: str = "zh-hans", user: User | None = None
    ) -> None:
        self.folder = folder / f"{name}.{language}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.title = f"{name}, {language}"
        self.client = Client(raise_request_exception=False)
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        if user is not None:
            self.client.force_login(user)

    def ask(self, addresses: Iterable[str], **headers: str) -> None:
        for address in dict.fromkeys(addresses):
            path = self._file(" ".join([address, *headers.values()]))
            if not path.exists():
                response = self.client.get(address, headers=headers)
                self._keep(path, "GET", address, headers, normal.answer(response))

    def send(self, address: str, fields: Mapping[str, str]) -> None:
        response = self.client.post(address, fields)
        path = self._file(f"POST {address} {sorted(fields.items())}")
        self._keep(path, "GET (POST)", address, fields, normal.answer(response))

    def _file(self, asked: str) -> Path:
        plain = re.sub(r"[^\w.=&?+-]+", "_", unquote(asked)).strip("_")
        short = hashlib.sha256(asked.encode()).hexdigest()[:10]
        return self.folder / f"{plain[:_NAME_LENGTH]}-{short}"

    def _keep(
        self, path: Path, method: str, address: str, sent: Mapping[str, str], answer: str
    ) -> None:
        more = "".join(f" [{name}: {value[:60]!r}]" for name, value in sorted(sent.items()))
        text = f"{method} {address[:300]}{more} ({self.title})\n{answer}\n"
        path.write_text(text, encoding="utf-8", newline="")
