"""Write door 1: files → rows, with a report of what happened."""

from digests.importing.report import FileReport, Status, Summary, TopicChange, TopicOutcome
from digests.importing.run import import_sources
from digests.importing.sources import STANDARD_INPUT, Source, find_sources

__all__ = [
    "STANDARD_INPUT",
    "FileReport",
    "Source",
    "Status",
    "Summary",
    "TopicChange",
    "TopicOutcome",
    "find_sources",
    "import_sources",
]
