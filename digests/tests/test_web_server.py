"""The web server of docs/deployment.md: a master that loads the site, and workers that share it."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings

from benchmarks import serving

# The configuration of the site, but that something asks the database while the site is loaded, and
# that each answer is noted with the worker that gave it.
CONFIGURATION = """
from kb.gunicorn import *
import kb.gunicorn as configured

def when_ready(server):
    from django.db import connection
    connection.cursor().execute("SELECT 1")
    configured.when_ready(server)

def post_request(worker, request, environ, response):
    with open({answers!r}, "a") as answers:
        print(worker.pid, response.status_code, file=answers)
"""
PAGES = ["/digests/", f"/search/?q={quote('显存')}", "/tags/"]

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="needs Linux, which shows the files of a process"
)


def test_workers_share_no_connection_that_was_opened_before_the_fork(
    empty_database: str, tmp_path: Path
) -> None:
    answers = tmp_path / "answers"
    configuration = tmp_path / "configuration.py"
    configuration.write_text(CONFIGURATION.format(answers=str(answers)))
    environment = {"DATABASE_URL": empty_database, "SECRET_KEY": "x", "ALLOWED_HOSTS": "127.0.0.1"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        check=True,
    )
    with serving.site(environment, config=str(configuration)) as server:
        answered: set[str] = set()
        for _ in range(50):
            with ThreadPoolExecutor(8) as readers:
                assert set(readers.map(lambda page: _status(server, page), PAGES * 4)) == {200}
            answered = {line.split()[0] for line in answers.read_text().splitlines()}
            if len(answered) == 2:
                break
        assert answered == {str(pid) for pid in server.workers()}
        master, *workers = map(_connections, (server.master, *server.workers()))
    assert master == set()
    # SQLite shows each process the same name, PostgreSQL's sockets have numbers.
    assert "sqlite" in empty_database or workers[0].isdisjoint(workers[1])


def test_no_header_of_a_client_changes_the_path_or_the_scheme(tmp_path: Path) -> None:
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "SECRET_KEY": "x",
        "ALLOWED_HOSTS": "127.0.0.1",
        "KB_HTTPS": "false",
    }
    forged = {"SCRIPT_NAME": "/robots", "PATH_INFO": "/nothing", "X-Forwarded-Proto": "https"}
    forged |= {"X-Forwarded-Ssl": "on", "X-Forwarded-Protocol": "ssl"}
    with serving.site(environment) as server:
        answers = []
        for headers in ({}, *({name: value} for name, value in forged.items()), forged):
            connection = server.connect()
            response, body = serving.get(connection, "/robots.txt", headers)
            connection.close()
            answers.append((response.status, body))
    assert answers[0][0] == 200
    assert f"http://127.0.0.1:{server.port}/".encode() in answers[0][1]
    assert len(set(answers)) == 1


def _status(server: serving.Server, page: str) -> int:
    connection = server.connect()
    response, _ = serving.get(connection, page, {})
    connection.close()
    return response.status


def _connections(pid: int) -> set[str]:
    """The database files of a process, and its sockets but those that listen."""
    opened = {
        str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir() if file.is_symlink()
    }
    return {
        name for name in opened if "sqlite" in name or name.startswith("socket:")
    } - _listening()


def _listening() -> set[str]:
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return {f"socket:[{line.split()[9]}]" for line in lines if line.split()[3] == "0A"}
