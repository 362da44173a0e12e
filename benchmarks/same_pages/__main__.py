"""Snapshots of every page of a tree, and their comparison, to show that a change altered none.

python -m benchmarks.same_pages take DIR FILES... [--tree CHECKOUT] [--quick]
python -m benchmarks.same_pages compare BEFORE AFTER
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import database
from benchmarks.same_pages import environment, texts
from benchmarks.same_pages.comparison import compare, report

_HERE = Path(__file__).parents[2]
_MARKDOWN = {".md", ".markdown"}


@dataclass(frozen=True)
class Size:
    """``files`` of those that are given are imported, beside ``generated`` ones. Of each table a
    stranger asks for ``rows``, an editor and an English reader for ``others``; of the questions to
    lists one in ``share`` is asked."""

    files: int
    generated: int
    rows: int
    others: int
    share: int


QUICK = Size(files=12, generated=20, rows=6, others=1, share=8)
WHOLE = Size(files=1000, generated=200, rows=100, others=10, share=1)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    taking = commands.add_parser("take", help="write the answers of a tree as files")
    taking.add_argument("folder", type=Path, help="where to; must not exist")
    taking.add_argument("files", type=Path, nargs="*", help="Markdown to import, or folders of it")
    taking.add_argument("--tree", type=Path, default=_HERE, help="the checkout; default: this one")
    taking.add_argument("--quick", action="store_true", help="less of everything: a minute")
    comparing = commands.add_parser("compare", help="say what differs; exit status 1 if anything")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    comparing.add_argument("--ignore", action="append", default=[], metavar="REGEX")
    comparing.add_argument("--most", type=int, default=20, help="changes that are shown")
    private = commands.add_parser("take-private")  # what `take` calls in a process of its own
    private.add_argument("folder", type=Path)
    private.add_argument("tree", type=Path)
    arguments = parser.parse_args()
    match arguments.command:
        case "take":
            size = QUICK if arguments.quick else WHOLE
            take(arguments.folder.resolve(), arguments.files, arguments.tree.resolve(), size)
        case "take-private":
            take_private(arguments.folder, arguments.tree)
        case "compare":
            found = compare(arguments.before, arguments.after, arguments.ignore)
            print("\n".join(report(found, arguments.most)))
            return int(bool(found))
    return 0


def take(folder: Path, given: list[Path], tree: Path, size: Size) -> None:
    """Fill a database, and keep what the site answers."""
    started = time.monotonic()
    files = _some([path.resolve() for path in _markdown(given)], size.files)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        clock = environment.set_up(tree, work / "db.sqlite3")
        if database.is_filled():
            sys.exit("The database has digests in it: name an empty one, as this would fill it.")
        texts.write_files(work / "files", files, size.generated)
        os.chdir(work)
        # Their models come from the tree, which is known by now.
        from benchmarks.same_pages import site  # noqa: PLC0415

        with environment.plain_files(work):
            site.take(folder, clock, rows=size.rows, others=size.others, share=size.share)
        print(f"{time.monotonic() - started:.0f} s; then the site behind a login")
        _run_private(folder, tree, work)
    count = sum(path.is_file() for path in folder.rglob("*"))
    print(f"{count} answers in {folder}, {time.monotonic() - started:.0f} s")


def take_private(folder: Path, tree: Path) -> None:
    """Keep what the site answers over the same database where readers have to log in."""
    clock = environment.set_up(tree, Path("unused"))
    clock.wait(days=6)
    from benchmarks.same_pages import site  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name, environment.plain_files(Path(name)):
        site.take_private(folder)


def _run_private(folder: Path, tree: Path, work: Path) -> None:
    """Settings are read once in a process, so another login rule takes another process."""
    variables = {"KB_LOGIN_REQUIRED": "true", "DATABASE_URL": os.environ["DATABASE_URL"]}
    subprocess.run(
        [sys.executable, "-m", "benchmarks.same_pages", "take-private", str(folder), str(tree)],
        env={**os.environ, **variables},
        cwd=_HERE,
        check=True,
    )


def _markdown(given: list[Path]) -> list[Path]:
    found: list[Path] = []
    for path in given:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        # Files that tell about a folder are no digests.
        found += [each for each in inside if each.suffix in _MARKDOWN and each.stem != "README"]
    return found


def _some(files: list[Path], most: int) -> list[Path]:
    """At most so many, from all over the list."""
    step = max(1, -(-len(files) // most))
    return files[::step]


if __name__ == "__main__":
    sys.exit(main())
