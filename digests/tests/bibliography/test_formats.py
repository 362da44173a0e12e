"""Exported bibliographies, read back with other people's parsers."""

import json
from typing import Any

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import Entry, parse_string
from pylatexenc import latex2text

from digests.bibliography import FORMATS, Publication
from digests.vocabulary import ReferenceKind

PAPER = Publication(
    "arxiv:2305.18290",
    ReferenceKind.PAPER,
    "Direct Preference Optimization",
    "https://arxiv.org/abs/2305.18290",
)
TITLES = [
    r"{}%&\_#$~^",
    "open { brace",
    "closed } and { open",
    "100% of $x_1$ & C# \\LaTeX ~ ^",
    "\"quoted\" 'single' ''double'' `code` -- --- <a> | @misc{x,",
    "直接偏好优化：“语言模型” 就是奖励模型 🎉",
    "עברית \u202eabc\u202c العربية",
    "ER - TY - BOOK",
    "x" * 10_240,
]
# LaTeX commands for characters that pylatexenc lacks or converts to another character.
_SIGNS = {
    "textbraceleft": "{",
    "textbraceright": "}",
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
    "textasciicircum": "^",
}


def written(suffix: str, *publications: Publication) -> str:
    return "".join(FORMATS[suffix].write(publications))


def bib_entries(*publications: Publication) -> dict[str, Entry]:
    return dict(parse_string(written("bib", *publications), "bibtex").entries)


def ris_entries(*publications: Publication) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = rispy.loads(written("ris", *publications))
    return records


def csl_items(*publications: Publication) -> list[dict[str, str]]:
    items: list[dict[str, str]] = json.loads(written("csl.json", *publications))
    return items


def words(latex: str) -> str:
    """The text that LaTeX prints for a title."""
    known = latex2text.get_default_latex_context_db()
    macros = [latex2text.MacroTextSpec(name, sign) for name, sign in _SIGNS.items()]
    known.add_context_category("signs", macros=macros, prepend=True)
    reader = latex2text.LatexNodes2Text(latex_context=known, strict_latex_spaces=True)
    assert (latex[0], latex[-1]) == ("{", "}")
    return str(reader.latex_to_text(latex[1:-1]))


@pytest.mark.parametrize("title", TITLES)
def test_every_format_gives_the_title_back(title: str) -> None:
    publication = Publication(PAPER.key, PAPER.kind, title, PAPER.url)
    (entry,) = bib_entries(publication).values()
    assert words(entry.fields["title"]) == title
    assert ris_entries(publication)[0]["title"] == title
    assert csl_items(publication)[0]["title"] == title


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_no_text_leaves_its_field(title: str, url: str) -> None:
    publications = [PAPER, Publication("name:x", ReferenceKind.OTHER, title, url), PAPER]
    entries = list(parse_string(written("bib", *publications[:2]), "bibtex").entries)
    assert entries == ["arxiv-2305.18290", "name-x"]
    assert [entry["id"] for entry in ris_entries(*publications)] == [
        publication.citation_key for publication in publications
    ]
    assert len(csl_items(*publications)) == 3


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_title_is_one_line(suffix: str) -> None:
    title = " a\r\nb\u2028c\x85d\te\x00 "
    assert "a b c d e" in written(suffix, Publication("name:a", ReferenceKind.PAPER, title, ""))


def test_lines_of_ris_end_in_cr_lf_and_the_record_in_er() -> None:
    lines = written("ris", PAPER).split("\r\n")
    assert lines[0] == "TY  - EJOUR"
    assert lines[-3:] == ["ER  - ", "", ""]
    assert not any("\n" in line or "\r" in line for line in lines)


def test_a_paper_of_arxiv_is_told_by_its_number() -> None:
    entry = bib_entries(PAPER)["arxiv-2305.18290"]
    assert dict(entry.fields) == {
        "title": "{Direct Preference Optimization}",
        "eprint": "2305.18290",
        "archivePrefix": "arXiv",
        "url": "https://arxiv.org/abs/2305.18290",
    }
    (record,) = ris_entries(PAPER)
    assert (record["name_of_database"], record["accession_number"]) == ("arXiv", "2305.18290")
    assert csl_items(PAPER) == [
        {
            "id": "arxiv-2305.18290",
            "type": "article",
            "title": "Direct Preference Optimization",
            "URL": "https://arxiv.org/abs/2305.18290",
            "archive": "arXiv",
            "archive_location": "2305.18290",
        }
    ]


def test_a_doi_stands_in_its_own_field() -> None:
    publication = Publication(
        "doi:10.1145/a_{b}", ReferenceKind.PAPER, "A", "https://doi.org/10.1145/a_%7Bb%7D"
    )
    assert bib_entries(publication).popitem()[1].fields["doi"] == "10.1145/a_%7Bb%7D"
    assert (
        ris_entries(publication)[0]["doi"]
        == csl_items(publication)[0]["DOI"]
        == "10.1145/a_%7Bb%7D"
    )
    assert "archive" not in csl_items(publication)[0]


@pytest.mark.parametrize(
    ("key", "archive", "name"),
    [("github:a/b_c", "GitHub", "a/b_c"), ("hf:datasets/a/b", "Hugging Face", "datasets/a/b")],
)
def test_a_repository_without_a_title_has_its_name(key: str, archive: str, name: str) -> None:
    publication = Publication(key, ReferenceKind.CODE, "", "https://example.org")
    (item,) = csl_items(publication)
    assert (item["archive"], item["archive_location"], item["title"]) == (archive, name, name)
    assert words(bib_entries(publication).popitem()[1].fields["title"]) == name


@pytest.mark.parametrize("suffix", FORMATS)
def test_nobody_invents_an_author_a_year_or_a_title(suffix: str) -> None:
    text = written(
        suffix, Publication("url:https://a.org", ReferenceKind.OTHER, "", "https://a.org")
    )
    for name in ("author", "AU  -", "year", "PY  -", "issued", "title", "TI  -"):
        assert name not in text


@pytest.mark.parametrize("kind", ReferenceKind)
@pytest.mark.parametrize("url", ["https://example.org", ""])
def test_every_kind_has_a_type_in_every_format(kind: ReferenceKind, url: str) -> None:
    publication = Publication("name:a", kind, "A", url)
    assert bib_entries(publication).popitem()[1].type in {
        "misc",
        "software",
        "dataset",
        "video",
        "online",
    }
    assert ris_entries(publication)[0]["type_of_reference"] in rispy.TYPE_OF_REFERENCE_MAPPING
    assert csl_items(publication)[0]["type"] in CSL_TYPES


# https://github.com/citation-style-language/schema/blob/v1.0.2/schemas/input/csl-data.json
CSL_TYPES = {"article", "dataset", "document", "motion_picture", "post-weblog", "software"}
CSL_TYPES.add("webpage")


def test_a_list_without_works_is_an_empty_file_of_its_format() -> None:
    assert [written(suffix) for suffix in FORMATS] == ["", "", "[]\n"]


@pytest.mark.parametrize(
    ("key", "citation_key"),
    [
        ("arxiv:2305.18290", "arxiv-2305.18290"),
        ("arxiv:math/0309136", "arxiv-math/0309136"),
        ("github:a/b_c.d", "github-a/b_c.d"),
        ("hf:datasets/a/b", "hf-datasets/a/b"),
        ("url:https://example.org/a", "url-example.org/a"),
        ("name:adam-mini", "name-adam-mini"),
    ],
)
def test_a_citation_key_is_the_key_where_that_is_safe(key: str, citation_key: str) -> None:
    assert Publication(key, ReferenceKind.OTHER, "", "").citation_key == citation_key


def test_what_the_signs_of_a_citation_key_cannot_say_makes_no_twins() -> None:
    keys = [
        "url:https://a.org/B", "url:https://a.org/b", "url:https://a.org/b?c=d",
        "url:https://a.org/b?c&d", "name:方法", "name:模型", f"name:{'a' * 100}b",
        f"name:{'a' * 100}c", "name:a,b}", "name:a-b-",
    ]  # fmt: skip
    made = [Publication(key, ReferenceKind.OTHER, "", "").citation_key for key in keys]
    assert len({key.lower() for key in made}) == len(keys)
    assert all(key.isascii() and len(key) <= 100 for key in made)
    assert not set("".join(made)) & set(" {}(),=\"#%'~\\")
