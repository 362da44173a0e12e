import os
import re
import subprocess
import sys

from django.conf import settings


def test_the_benchmark_of_the_import_runs_and_prints_its_figures() -> None:
    command = [sys.executable, "-m", "benchmarks.import_speed", "--count", "5"]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    for figure in ("import", "markdown-it-py alone", "ratio", "digests a second, core", "peak"):
        assert re.search(rf"^{figure}.* [1-9]?\d*\.\d", done.stdout, re.MULTILINE), done.stdout
