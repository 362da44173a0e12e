"""The Markdown files that a benchmark imports, as its options name them."""

import argparse
import sys
from pathlib import Path

from benchmarks import database, generated, heavy

SMALL = 1000


def add_options(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--small", type=int, metavar="N", help="N digests of 6 KB; 1,000 if no other"
    )
    which.add_argument("--heavy", type=int, metavar="N", help="N long digests full of links")
    which.add_argument("--folder", type=Path, help="the files of this folder")
    parser.add_argument(
        "--kilobytes", type=int, default=180, help="the least size of a heavy digest; 180"
    )


def folder(options: argparse.Namespace, temporary: Path) -> Path:
    """The folder of the files; ``temporary`` if they are generated."""
    if options.folder:
        return Path(options.folder)
    if options.heavy:
        texts = heavy.texts(options.heavy, kilobytes=options.kilobytes)
    else:
        texts = generated.texts(options.small or SMALL)
    target = temporary / "digests"
    target.mkdir()
    return database.write(target, texts)


def set_up_empty_database(temporary: Path) -> None:
    """Set up the database of DATABASE_URL, or one in ``temporary``. Exits if it has digests."""
    database.set_up(temporary / "db.sqlite3")
    if database.is_filled():
        sys.exit("The database has digests in it: name an empty one, as this would fill it.")
