"""Files that are whole or not there: each is written beside its place, and renamed into it."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from shutil import copymode
from typing import BinaryIO

# Ends the names of temporary files. They begin with a dot, as an import passes over hidden names.
_SUFFIX = ".part"


@contextmanager
def whole_file(path: Path, prefix: str) -> Iterator[BinaryIO]:
    """Open a file that stands at ``path`` once the block has ended without an error. Until then the
    former file stays. Raises OSError.

    ``prefix`` begins the name of its temporary file, which a killed process leaves in the same
    folder; see `remove_leftovers`.
    """
    path = path.resolve()  # so that a link stays one
    if path.exists() and not path.is_file():
        # A rename would take the place of a device, such as /dev/null, for good.
        code = errno.EISDIR if path.is_dir() else errno.EINVAL
        raise OSError(code, os.strerror(code), str(path))
    temporary = path.with_name(f"{prefix}{secrets.token_hex(8)}{_SUFFIX}")
    try:
        with temporary.open("xb") as file:
            if path.exists():
                copymode(path, temporary)
            yield file
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def remove_leftovers(folder: Path, prefix: str, *, before: float = inf) -> None:
    """Remove the temporary files that killed processes left in a folder, last written ``before``
    this time, in seconds since the epoch.

    A process that is writing one of them at the same time stops with an error.
    """
    for path in folder.glob(f"{prefix}*{_SUFFIX}"):
        with suppress(FileNotFoundError):  # another process removes it too
            if path.stat().st_mtime < before:
                path.unlink()
