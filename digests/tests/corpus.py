"""Digest files from elsewhere: a public corpus, and a generator of any number more.

They may not be committed, so they lie in a folder beside the clone. Tests that need them are
skipped where it is absent, and the summary of the run says so.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SHARED = Path(settings.BASE_DIR).parent / "shared"
CORPUS = SHARED / "corpus"
NO_SHARED = "there is no ../shared"

_GENERATOR = SHARED / "tools" / "make_corpus.py"

# The files of the corpus, for `pytest.mark.parametrize`. Without the folder one parameter is
# skipped with a message in the summary, because an empty list would be skipped silently.
FILES = [pytest.param(path, id=path.stem) for path in sorted(CORPUS.rglob("*.md"))] or [
    pytest.param(CORPUS, marks=pytest.mark.skip(reason=NO_SHARED))
]


def generate(folder: Path, count: int) -> Path:
    """Fill ``folder`` with generated digests, which are the same each time."""
    if not _GENERATOR.exists():
        pytest.skip(NO_SHARED)
    command = [sys.executable, str(_GENERATOR), "--n", str(count), "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder
