"""script/server, with a Python that only writes down what it is called for."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.skipif(not shutil.which("bash"), reason="the script is one for bash")

_PYTHON = """#!/bin/sh
echo "$*" >>calls
case "$*" in
    *collectstatic*) mkdir -p staticfiles && cp static/* staticfiles/ ;;
    *"pip install"*) echo "ERROR: no matching distribution" >&2; exit 1 ;;
    *"import secrets"*) echo secret ;;
esac
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose requirements are installed."""
    shutil.copytree(Path(settings.BASE_DIR) / "script", tmp_path / "script")
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "site.css").write_text("a {}")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text(_PYTHON)
    python.chmod(0o755)
    for name in ("requirements.txt", ".venv/installed-requirements.txt"):
        (tmp_path / name).write_text("django\n")
    return tmp_path


def start(project: Path) -> subprocess.CompletedProcess[str]:
    """Start the server, whose Python ends at once. Afterwards `calls` has those of this start."""
    (project / "calls").write_text("")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    return subprocess.run(
        ["bash", "script/server"],
        cwd=project,
        env=os.environ | {"PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )


def collects(project: Path) -> bool:
    assert start(project).returncode == 0
    assert (project / "staticfiles" / "site.css").read_text() == (
        project / "static" / "site.css"
    ).read_text()
    return "collectstatic" in (project / "calls").read_text()


def test_static_files_are_made_anew_where_they_or_their_sources_are_others(project: Path) -> None:
    assert collects(project)
    assert not collects(project)
    shutil.rmtree(project / "staticfiles")
    assert collects(project)
    (project / "staticfiles" / "site.css").write_text("cut")
    assert collects(project)
    (project / "staticfiles" / "site.css").unlink()
    assert collects(project)
    (project / "static" / "site.css").write_text("b {}")
    assert collects(project)
    assert not collects(project)


def test_without_a_network_the_server_says_in_one_line_why_it_does_not_start(project: Path) -> None:
    (project / "requirements.txt").write_text("django\nanother\n")
    process = start(project)
    assert process.returncode == 1
    assert "Traceback" not in process.stderr
    reason, last = process.stderr.splitlines()
    assert reason.startswith("ERROR")
    assert "requirements.txt" in last
    assert "gunicorn" not in (project / "calls").read_text()
