"""BibTeX that biblatex reads too. Values stand between braces, in UTF-8."""

import re
from collections.abc import Iterable, Iterator

from digests.bibliography.publications import Publication
from digests.vocabulary import ReferenceKind

# Entry types of biblatex; other styles print an unknown type as @misc.
_ONLINE = ("online", "misc")
# The type of each kind, with an address and without.
_TYPES = {
    # arXiv's own export says misc; @article requires a journal.
    ReferenceKind.PAPER: ("misc", "misc"),
    ReferenceKind.CODE: ("software", "software"),
    ReferenceKind.MODEL: ("software", "software"),
    ReferenceKind.DATASET: ("dataset", "dataset"),
    ReferenceKind.VIDEO: ("video", "video"),
    ReferenceKind.DEMO: _ONLINE,
    ReferenceKind.BLOG: _ONLINE,
    ReferenceKind.ARTICLE: _ONLINE,
    ReferenceKind.PROJECT: _ONLINE,
    ReferenceKind.DOCUMENTATION: _ONLINE,
    ReferenceKind.OTHER: _ONLINE,
}
_SIGNS = {
    **{sign: rf"\{sign}" for sign in "&%#_$"},
    "\\": r"\textbackslash{}",
    # BibTeX counts an escaped brace as a brace.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    # TeX's older font encodings print these as other characters.
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    # Ligatures: TeX prints two of these as one dash or quotation mark, so {} separates them.
    "-": "-{}",
    "'": "'{}",
}
_SIGN = re.compile(r"[&%#_$\\{}~^<>|`]|-(?=-)|'(?=')")


def bibtex(publications: Iterable[Publication]) -> Iterator[str]:
    for publication in publications:
        fields = "".join(f",\n  {name} = {{{value}}}" for name, value in _fields(publication))
        yield f"@{publication.type_in(_TYPES)}{{{publication.citation_key}{fields}\n}}\n\n"


def _fields(publication: Publication) -> Iterator[tuple[str, str]]:
    if title := publication.title_line:
        yield "title", f"{{{_escaped(title)}}}"  # braces keep RAG from becoming Rag
    # biblatex reads the fields below verbatim, so they are not escaped.
    if publication.archive:
        archive, number = publication.archive
        yield "eprint", number
        yield "archivePrefix", archive
    if publication.doi:
        yield "doi", publication.doi
    if publication.url:
        yield "url", publication.address


def _escaped(text: str) -> str:
    return _SIGN.sub(lambda sign: _SIGNS[sign[0]], text)
