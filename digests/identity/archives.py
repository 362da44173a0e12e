"""Archives that give what they keep an identifier, and the pages that follow from it."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class Archived:
    """``number`` is what the archive calls it; ``pages`` are names and addresses."""

    archive: str
    number: str
    pages: tuple[tuple[str, str], ...]


def archived(key: str) -> Archived | None:
    """What the key of a reference says of where it is kept; None for pages and bare names."""
    scheme, _, number = key.partition(":")
    match scheme:
        case "arxiv":
            abstract, pdf = (f"https://arxiv.org/{view}/{number}" for view in ("abs", "pdf"))
            return Archived("arXiv", number, ((number, abstract), ("PDF", pdf)))
        case "doi":
            return Archived("DOI", number, ((number, doi_page(number)),))
        case "github":
            page = f"https://github.com/{number}"
            return Archived("GitHub", number, ((number, page),))
        case "hf":
            page = f"https://huggingface.co/{number}"
            return Archived("Hugging Face", number, ((number, page),))
    return None


def doi_page(name: str) -> str:
    return f"https://doi.org/{quote(name, safe='/:;()')}"
