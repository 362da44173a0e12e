"""Quality of search: the rank of a topic that somebody has in mind.

    python -m benchmarks.search_quality [--digests 1000] [--folder DIR] [--keep FILE]

Each query is made from a topic, which is then looked for among the first ten hits. MRR is the mean
reciprocal rank: 1 / rank, or 0 if the topic is not among them.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks import database, vocabulary


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--digests", type=int, default=1000, help="how many to generate")
    parser.add_argument("--folder", type=Path, help="measure with the files of this folder instead")
    parser.add_argument("--keep", type=Path, help="a SQLite database to fill, or filled before")
    parser.add_argument("--show-worst", action="store_true", help="print the questions that fail")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        database.set_up((arguments.keep or Path(name) / "db.sqlite3").absolute())
        if not database.is_filled():
            texts = vocabulary.texts(arguments.digests)
            database.fill(arguments.folder or database.write(Path(name), texts))

        from benchmarks import known_items  # noqa: PLC0415 - after the setup

        known_items.measure(show_worst=arguments.show_worst)


if __name__ == "__main__":
    main()
