"""Write door 1: files → rows, with a report of what happened."""

from digests.importing.report import FileReport, Status, Summary, TopicChange, TopicOutcome
from digests.importing.run import import_sources
from digests.importing.sources import STANDARD_INPUT, MemorySource, Source, find_sources
from digests.importing.staging import discard, import_staged, preview_staged, stage
from digests.importing.uploads import UploadError, read_uploads

__all__ = [
    "STANDARD_INPUT",
    "FileReport",
    "MemorySource",
    "Source",
    "Status",
    "Summary",
    "TopicChange",
    "TopicOutcome",
    "UploadError",
    "discard",
    "find_sources",
    "import_sources",
    "import_staged",
    "preview_staged",
    "read_uploads",
    "stage",
]
