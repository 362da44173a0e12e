"""Benchmarks run, and print the figures that benchmarks/README.md documents."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.once  # they create a database of their own


def test_the_benchmark_of_the_import_runs_and_prints_its_figures() -> None:
    printed = _run("benchmarks.import_speed", "--count", "5")
    for figure in ("import", "markdown-it-py alone", "ratio", "digests a second, core", "peak"):
        assert re.search(rf"^{figure}.* [1-9]?\d*\.\d", printed, re.MULTILINE), printed


def test_the_benchmark_of_searching_runs_and_loses_nothing() -> None:
    printed = _run("benchmarks.search_speed", "--topics", "50", "--queries", "2", "--hostile", "2")
    assert re.search(r"^icontains takes \d+\.\d times as long as search", printed, re.MULTILINE)
    assert re.search(r"^recall of search, of \d\d+ .*: 1\.0000;", printed, re.MULTILINE), printed
    assert re.search(r"^index +\d+\.\d MB", printed, re.MULTILINE), printed


def test_the_benchmark_of_known_items_runs_and_finds_the_titles() -> None:
    printed = _run("benchmarks.search_quality", "--digests", "3")
    assert re.search(r"^a title +\d+ +(1\.000|0\.99)", printed, re.MULTILINE), printed


def _run(module: str, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
