"""The limit on what a request may send: refused by its address, before it is read."""

import json
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from benchmarks import serving
from digests.importing import uploads
from digests.pages.editor import images
from digests.tests.pages.test_validity import complaints
from kb import bodies

LOGIN, ADMIN_LOGIN = "/accounts/login/", "/admin/login/"
PICTURE = "/editor/upload/"
LIMITS = {
    LOGIN: bodies.SMALL,
    ADMIN_LOGIN: bodies.SMALL,
    "/accounts/password_change/": bodies.SMALL,
    "/accounts/logout/": bodies.SMALL,
    "/theme/": bodies.SMALL,
    "/i18n/": bodies.SMALL,
    "/digests/": bodies.SMALL,
    "/healthz": bodies.SMALL,
    "/nothing/": bodies.SMALL,
    "/admin/digests/topic/1/change/": bodies.OF_FORM,
    "/admin/digests/conflict/1/change/": bodies.OF_FORM,
    "/admin/digests/importrun/staged/1/": bodies.OF_FORM,
    "/editor/preview/": bodies.OF_FORM,
    "/admin/digests/importrun/add/": bodies.OF_UPLOAD,
    PICTURE: bodies.OF_UPLOAD,
}


class Unread:
    """A body that must not be read."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def answer(
    address: str, length: str, headers: dict[str, str] | None = None, body: Any = None
) -> Any:
    """The answer of the middleware to a POST, behind which stands a view that reads nothing."""
    environment: dict[str, Any] = {"CONTENT_LENGTH": length, "wsgi.input": body or Unread()}
    request = RequestFactory().post(address, headers=headers, **environment)
    return bodies.BodyLimitMiddleware(lambda _request: None)(request)  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize(("address", "limit"), LIMITS.items())
def test_a_body_of_a_byte_too_many_is_refused_by_its_address(address: str, limit: int) -> None:
    assert answer(address, str(limit)) is None
    body = SimpleUploadedFile("x", bytes(limit + 1))
    assert answer(address, str(limit + 1), body=body).status_code == 413
    assert body.read() == b""  # so that a browser that sends it sees the answer


@pytest.mark.parametrize("address", LIMITS)
def test_150_megabytes_are_refused_unread(address: str) -> None:
    assert answer(address, str(150 * 1024 * 1024)).status_code == 413
    assert answer(address, "9" * 30).status_code == 413


@pytest.mark.parametrize("length", ["", "x", "-1", "1.5", "٣"])
def test_a_length_that_is_no_number_is_none(length: str) -> None:
    assert answer(LOGIN, length) is None


@pytest.mark.parametrize("coding", ["chunked", "gzip, chunked", "Chunked"])
def test_a_body_whose_length_nothing_tells_is_refused(coding: str) -> None:
    for address in LIMITS:
        assert answer(address, "", {"Transfer-Encoding": coding}).status_code == 411


def test_all_that_an_upload_may_hold_fits_into_its_body() -> None:
    fields = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    frames = uploads.MAX_FILES * 500  # bytes of boundary, headers and name of each
    assert uploads.MAX_UPLOAD_BYTES + fields + frames < bodies.OF_UPLOAD
    assert images.MAX_BYTES + 1024 < bodies.OF_UPLOAD


def test_the_answer_is_a_page_for_a_reader_and_a_line_for_a_program() -> None:
    reader = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    large = str(10**8)
    page = answer(LOGIN, large, reader).content.decode()
    assert "64 KB" in page
    assert "返回" in page
    assert list(complaints(page)) == []
    line = answer(LOGIN, large, {"Accept": "*/*"})
    assert line.headers["Content-Type"].startswith("text/plain")
    assert len(line.content.decode().splitlines()) == 1
    picture = answer(PICTURE, large, {"Accept": "*/*"})
    assert "7168 KB" in json.loads(picture.content)["error"]


def test_the_page_has_the_policy_and_the_language_of_the_reader(client: Client) -> None:
    client.cookies["django_language"] = "en"
    response = client.post(LOGIN, {"username": "x" * bodies.SMALL}, headers={"Accept": "text/html"})
    assert response.status_code == 413
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "at most 64 KB" in response.content.decode()


@pytest.mark.once
def test_the_web_server_refuses_a_large_body_and_one_in_chunks_at_once(tmp_path: Path) -> None:
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "SECRET_KEY": "x",
        "ALLOWED_HOSTS": "127.0.0.1",
        "KB_HTTPS": "false",
    }
    head = f"POST {LOGIN} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    with serving.site(environment) as server:
        for header, sent, status in (
            ("Content-Length: 157286400", bytes(1000), b"413"),
            ("Content-Length: 1000000", bytes(1_000_000), b"413"),
            ("Transfer-Encoding: chunked", chunk, b"411"),
        ):
            with closing(socket.create_connection(("127.0.0.1", server.port))) as connection:
                connection.sendall(f"{head}{header}\r\n\r\n".encode() + sent)
                assert connection.recv(20).split()[1] == status
