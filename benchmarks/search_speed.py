"""Speed of search, compared with Django's `icontains` and, on PostgreSQL, its `SearchVector`.

    python -m benchmarks.search_speed [--topics 10000] [--keep FILE]

All systems answer a query before the next one, so that other load on the machine affects them
alike.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks import database, vocabulary

TOPICS_OF_DIGEST = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--topics", type=int, default=10_000, help="how many to generate")
    parser.add_argument("--keep", type=Path, help="a SQLite database to fill, or filled before")
    parser.add_argument("--queries", type=int, default=20, help="how many of each class")
    parser.add_argument("--hostile", type=int, default=500, help="how many hostile queries")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        database.set_up((arguments.keep or Path(name) / "db.sqlite3").absolute())
        if not database.is_filled():
            texts = vocabulary.texts(arguments.topics // TOPICS_OF_DIGEST)
            database.fill(database.write(Path(name), texts))

        from benchmarks import searching  # noqa: PLC0415 - after the setup

        searching.measure(arguments.queries, arguments.hostile)


if __name__ == "__main__":
    main()
