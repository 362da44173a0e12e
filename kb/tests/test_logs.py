"""The log: one line for what a client did wrong."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings

from kb.logs import WithoutTraceback


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the site's own handler writes."""
    (handler,) = (
        each
        for each in logging.getLogger().handlers
        if isinstance(each, logging.StreamHandler)
        and any(isinstance(one, WithoutTraceback) for one in each.filters)
    )
    written = StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "[::1", "a b", "测试.example"])
def test_a_wrong_host_is_one_line_of_the_log(
    client: Client, settings: Settings, log: StringIO, host: str
) -> None:
    settings.ALLOWED_HOSTS = ["kb.example"]
    assert client.get("/accounts/login/", headers={"host": host}).status_code == 400
    assert log.getvalue().count("\n") == 1
    assert "Traceback" not in log.getvalue()


@pytest.mark.django_db
def test_a_form_of_too_many_fields_or_bytes_is_one_line(
    client: Client, settings: Settings, log: StringIO
) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    assert client.post("/theme/", {f"f{n}": "x" for n in range(9)}).status_code == 400
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert client.post("/theme/", {"theme": "x" * 100}).status_code == 400
    assert log.getvalue().count("\n") == 2
    assert "Traceback" not in log.getvalue()


def test_an_error_of_ours_keeps_its_traceback(
    client: Client, monkeypatch: pytest.MonkeyPatch, log: StringIO
) -> None:
    def broken(request: HttpRequest) -> None:
        raise ValueError

    monkeypatch.setattr("kb.theme.Theme", broken)
    client.raise_request_exception = False
    assert client.post("/theme/", {"theme": "dark"}).status_code == 500
    assert "Traceback" in log.getvalue()
