"""Archives that number what they keep: arXiv, DOI, GitHub, Hugging Face."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class ArchiveEntry:
    """The identifier in an archive, and ``pages`` of it there: pairs of a name and a URL."""

    archive: str
    number: str
    pages: tuple[tuple[str, str], ...]


def archive_entry(key: str) -> ArchiveEntry | None:
    """Read the archive and the number from a key; None for ``url:`` and ``name:`` keys."""
    scheme, _, number = key.partition(":")
    match scheme:
        case "arxiv":
            abstract, pdf = (f"https://arxiv.org/{view}/{number}" for view in ("abs", "pdf"))
            return ArchiveEntry("arXiv", number, ((number, abstract), ("PDF", pdf)))
        case "doi":
            return ArchiveEntry("DOI", number, ((number, doi_page(number)),))
        case "github":
            page = f"https://github.com/{number}"
            return ArchiveEntry("GitHub", number, ((number, page),))
        case "hf":
            page = f"https://huggingface.co/{number}"
            return ArchiveEntry("Hugging Face", number, ((number, page),))
    return None


def doi_page(name: str) -> str:
    return f"https://doi.org/{quote(name, safe='/:;()')}"
