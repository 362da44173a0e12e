"""The site while PostgreSQL is away: short answers that say so, and the pages again once it is
back. A proxy between them cuts the connections.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from subprocess import PIPE
from urllib.parse import parse_qs, urlencode, urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from benchmarks import serving

# A page without static files, which no test has to collect first.
PAGE = "/topics.atom"


class Proxy:
    """A port that leads to a socket of PostgreSQL, until it is closed."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._open: list[socket.socket] = []
        self.port = 0
        self._listener: socket.socket | None = None

    def open(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def close(self) -> None:
        """Cut all connections, and refuse new ones."""
        assert self._listener
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._target)
                self._open += [client, server]
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._copy, args=ends, daemon=True).start()

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)


@pytest.fixture
def proxy(empty_database: str) -> Iterator[Proxy]:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is never away")
    [folder] = parse_qs(urlsplit(empty_database).query)["host"]
    proxy = Proxy(f"{folder}/.s.PGSQL.5432")
    proxy.open()
    yield proxy
    proxy.close()


def environment_of(database: str, port: int) -> dict[str, str]:
    return {
        "DATABASE_URL": f"postgresql://postgres@127.0.0.1:{port}{urlsplit(database).path}",
        "SECRET_KEY": "x",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DEBUG": "false",
        "KB_HTTPS": "false",
    }


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def test_a_lost_connection_ends_an_import_with_one_line_and_what_it_reported_is_in(
    proxy: Proxy, empty_database: str, tmp_path: Path
) -> None:
    environment = {**os.environ, **environment_of(empty_database, proxy.port)}
    run = partial(subprocess.run, cwd=settings.BASE_DIR, env=environment, check=True)
    run(manage("migrate", "--verbosity", "0"))
    topic = "## 1. 检索\n" + "* **观点**: 召回率 90%\n" * 100
    for number in range(400):
        (tmp_path / f"{number:03}.md").write_text(f"---\ndate: 2024-07-10\n---\n{topic}")
    command = manage("import_digests", str(tmp_path), "--format", "json")
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment, stdout=PIPE, stderr=PIPE, text=True
    ) as lost:
        assert lost.stdout is not None
        first = lost.stdout.readline()
        proxy.close()
        rest, told = lost.communicate()
    assert (lost.returncode, told.count("\n")) == (3, 1), told
    proxy.open()
    with psycopg.connect(empty_database) as database:
        [(number,)] = database.execute("SELECT count(*) FROM digests_digest").fetchall()
    assert 0 < (first + rest).count('"status": "created"') <= number < 400
    run(manage("import_digests", str(tmp_path), "--quiet"))


def test_while_the_database_is_away_pages_say_so_at_once_and_come_back(
    proxy: Proxy, empty_database: str, capfd: pytest.CaptureFixture[str]
) -> None:
    environment = environment_of(empty_database, proxy.port)
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=settings.BASE_DIR, env={**os.environ, **environment}, check=True)
    with serving.site(environment) as server:
        assert get(server, PAGE).status == 200
        proxy.close()
        capfd.readouterr()
        started = time.monotonic()
        answers = [get(server, PAGE) for _ in range(12)]  # more than there are threads
        assert {(each.status, each.headers["Retry-After"]) for each in answers} == {(503, "10")}
        assert time.monotonic() - started < 12  # each waited for a connection it did not get
        assert get(server, "/healthz").status == 503
        assert_typed_comes_back(server)
        log = capfd.readouterr().err
        assert "Traceback" not in log
        assert len(log.splitlines()) <= 20
        proxy.open()
        back = time.monotonic()
        while get(server, PAGE).status != 200:
            assert time.monotonic() - back < 2
        process = subprocess.run(command, cwd=settings.BASE_DIR, env={**os.environ, **environment})
        assert process.returncode == 0


def assert_typed_comes_back(server: serving.Server) -> None:
    """What an editor typed comes back, although nobody can tell who they are."""
    token = "x" * 32
    data = {"csrfmiddlewaretoken": token, "title": "刚写的标题", "seen": "title=1"}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={token}; sessionid={token}",
    }
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=30)) as editor:
        address = "/admin/digests/topic/1/change/"
        editor.request("POST", address, urlencode(data).encode(), headers)
        response = editor.getresponse()
        assert (response.status, response.headers["Retry-After"]) == (503, "10")
        assert "刚写的标题</textarea>" in response.read().decode()


def get(server: serving.Server, address: str) -> HTTPResponse:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=30)) as reader:
        reader.request("GET", address)
        response = reader.getresponse()
        response.read()
        return response
