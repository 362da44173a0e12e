"""BibTeX as biblatex reads it too. All values are between braces and stay UTF-8."""

import re
from collections.abc import Iterable, Iterator

from digests.bibliography.works import Work
from digests.vocabulary import ReferenceKind

# Entry types of biblatex. Styles that do not know one print it as they print @misc.
_TYPES = {
    ReferenceKind.PAPER: "misc",  # as arXiv's own export has it: others would want a journal
    ReferenceKind.CODE: "software",
    ReferenceKind.MODEL: "software",
    ReferenceKind.DATASET: "dataset",
    ReferenceKind.VIDEO: "video",
}
_SIGNS = {
    **{sign: rf"\{sign}" for sign in "&%#_$"},
    "\\": r"\textbackslash{}",
    # BibTeX counts braces whether they are escaped or not.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    # Other letters in TeX's older fonts.
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    # Two of them would be one sign, a dash or a quotation mark: parted, where another follows.
    "-": "-{}",
    "'": "'{}",
}
_SIGN = re.compile(r"[&%#_$\\{}~^<>|`]|-(?=-)|'(?=')")


def bibtex(works: Iterable[Work]) -> Iterator[str]:
    for work in works:
        fields = "".join(f",\n  {name} = {{{value}}}" for name, value in _fields(work))
        yield f"@{_type(work)}{{{work.citation_key}{fields}\n}}\n\n"


def _type(work: Work) -> str:
    return _TYPES.get(work.kind, "online" if work.url else "misc")


def _fields(work: Work) -> Iterator[tuple[str, str]]:
    if title := work.title_line:
        yield "title", f"{{{_escaped(title)}}}"  # braces keep RAG from becoming Rag
    # What follows is verbatim to biblatex.
    if work.archive:
        archive, number = work.archive
        yield "eprint", number
        yield "archivePrefix", archive
    if work.doi:
        yield "doi", work.doi
    if work.url:
        yield "url", work.address


def _escaped(text: str) -> str:
    return _SIGN.sub(lambda sign: _SIGNS[sign[0]], text)
