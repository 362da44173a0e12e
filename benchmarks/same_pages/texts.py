"""The folder of files that a snapshot imports, and what changes in it before a second import."""

import os
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import generated
from benchmarks.same_pages import oddities

SEEDS = Path(__file__).parents[2] / "seeds"
_LAST_DAY = datetime(2026, 7, 31, 9, 30, tzinfo=UTC)
_DATE = "2024-07-10T19:31:56+08:00"


def write_files(folder: Path, given: Iterable[Path], count: int) -> None:
    """The seed, the given files, some odd ones and ``count`` generated ones, flat in a folder."""
    folder.mkdir()
    for path in [*sorted(SEEDS.glob("*.md")), *given]:
        shutil.copyfile(path, folder / path.name)
    for name, content in oddities.FILES.items():
        (folder / name).write_bytes(content)
    for number, text in enumerate(generated.texts(count)):
        day = _LAST_DAY - timedelta(days=2 * number)
        write(folder / generated_name(number), text.replace(_DATE, day.isoformat()))
    _set_times(folder)


def generated_name(number: int) -> str:
    return f"generated-{number:03}.md"


def change(path: Path, old: str, new: str) -> None:
    """Replace a text that stands in a file; one that does not is a fault of this script."""
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise ValueError(f"{path.name} does not hold {old!r}")
    write(path, text.replace(old, new, 1))


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")
    _set_time(path)


def _set_times(folder: Path) -> None:
    for path in folder.iterdir():
        _set_time(path)


def _set_time(path: Path) -> None:
    """Undated digests take the time of their file, so it has to be the same in each snapshot."""
    # From the name, because the order of a folder is not the same everywhere.
    day = _LAST_DAY - timedelta(days=sum(path.name.encode()) % 300)
    os.utime(path, (day.timestamp(), day.timestamp()))
