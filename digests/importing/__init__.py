"""The write door for files: files → rows, with a report for each file.

`run` is the way of a batch through the stages known, read, write and record. Files come in from
`sources` (paths, standard input), `uploads` (a browser) and `staging` (an upload to be confirmed).
"""

from digests.importing.report import FileReport, Status, Summary, TopicOutcome
from digests.importing.run import import_sources
from digests.importing.sources import STANDARD_INPUT, LinkSource, Source, find_sources
from digests.importing.staging import discard, import_staged, preview_staged, stage
from digests.importing.uploads import UploadError, read_uploads

__all__ = [
    "STANDARD_INPUT",
    "FileReport",
    "LinkSource",
    "Source",
    "Status",
    "Summary",
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
