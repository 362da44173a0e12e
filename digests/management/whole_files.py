"""Files that are whole or not there: each is written beside its place, and renamed into it."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copymode
from typing import BinaryIO

# Begins and ends the names of temporary files. An import passes over hidden names.
_PREFIX, _SUFFIX = ".export_digests-", ".part"


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that stands at ``path`` once the block has ended without an error. Until then the
    former file stays. Raises OSError.

    A killed process leaves a temporary file in the same folder; see `remove_leftovers`.
    """
    path = path.resolve()  # so that a link stays one
    if path.exists() and not path.is_file():
        # A rename would take the place of a device, such as /dev/null, for good.
        code = errno.EISDIR if path.is_dir() else errno.EINVAL
        raise OSError(code, os.strerror(code), str(path))
    temporary = path.with_name(f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}")
    try:
        with temporary.open("xb") as file:
            if path.exists():
                copymode(path, temporary)
            yield file
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files that killed processes left in a folder.

    A process that is writing there at the same time stops with an error.
    """
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        path.unlink(missing_ok=True)
