"""The folder of uploaded pictures."""

import os
import time
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from digests.whole_files import remove_leftovers, whole_file

# Begins the hidden names of pictures that are being written.
_PREFIX = ".upload-"
# Seconds after which what a killed process left is removed; no picture takes so long to be written.
_OLD = 24 * 60 * 60


class WholeFileStorage(FileSystemStorage):
    """Stores files that are whole or not there, also if the disk is full or a process is killed.

    Their rights follow the umask, as those of the database do; Django lets everybody read them.
    """

    def _save(self, name: str, content: File[Any]) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(path.parent, _PREFIX, before=time.time() - _OLD)
        with whole_file(path, _PREFIX) as file:
            for chunk in content.chunks():
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        return name
