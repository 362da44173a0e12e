"""Documents explain every setting, command and key, and their links lead somewhere."""

import re
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import load_command_class
from django.core.management.base import BaseCommand

from digests.search.language.fields import _FIELDS
from digests.vocabulary import (
    _POINT_KINDS,
    _REFERENCE_GROUPS,
    _REFERENCE_KINDS,
    ErrorCode,
    PointKind,
    ReferenceKind,
    WarningCode,
)

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = ["commands", "deployment", "file-format", "limits", "merging", "reading", "search"]
TWINS = {"README.md": "README.zh-CN.md"} | {
    f"docs/{page}.md": f"docs/{page}.zh-CN.md" for page in PAGES
}
READMES = ["README.md", "README.zh-CN.md"]
COMMANDS = ["docs/commands.md", "docs/commands.zh-CN.md"]
FORMATS = ["docs/file-format.md", "docs/file-format.zh-CN.md"]
DOCUMENTS = sorted(
    str(path.relative_to(ROOT))
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")]
)


@pytest.mark.parametrize("document", [".env.example", *READMES])
def test_every_variable_is_explained(document: str) -> None:
    settings = text_of("kb/settings.py")
    variables = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings)
    assert "KB_LOGIN_REQUIRED" in variables
    assert missing([*variables, "KB_ENV_FILE"], text_of(document)) == []


@pytest.mark.parametrize("document", COMMANDS)
def test_every_command_has_a_section_that_explains_its_options(document: str) -> None:
    paths = (ROOT / "digests/management/commands").glob("[!_]*.py")
    commands = {path.stem: own_options(path.stem) for path in paths}
    assert "--dry-run" in commands["import_digests"]
    for command, options in commands.items():
        _, heading, after = text_of(document).partition(f"\n## {command}\n")
        assert heading
        assert unexplained(options, after.partition("\n## ")[0]) == []


@pytest.mark.parametrize("document", COMMANDS)
def test_every_warning_and_every_error_with_a_code_is_explained(document: str) -> None:
    codes = [code.value for code in (*WarningCode, *ErrorCode)]
    assert unexplained(codes, text_of(document)) == []


@pytest.mark.parametrize("document", FORMATS)
def test_labels_have_the_kinds_that_the_document_says(document: str) -> None:
    tables = [dict[str, str](), dict[str, str]()]
    points, references = tables
    for cell, labels in rows(text_of(document)):
        kind = cell.strip("`")
        table = references if kind in set(ReferenceKind) else points
        if kind in {*PointKind, *ReferenceKind} - {"other"}:
            table.update(dict.fromkeys(re.split("[,、] *", labels), kind))
    assert tables == [_POINT_KINDS, _REFERENCE_KINDS]


@pytest.mark.parametrize("document", FORMATS)
def test_every_name_of_a_list_of_references_stands_in_the_document(document: str) -> None:
    lists = [
        set(re.split("[,、] *", line.strip()))
        for line in text_of(document).splitlines()
        if line.startswith("相关引用")
    ]
    assert lists == [_REFERENCE_GROUPS]


@pytest.mark.parametrize("document", ["docs/search.md", "docs/search.zh-CN.md"])
def test_every_field_of_a_query_is_explained(document: str) -> None:
    typed = re.findall(r"`(\w+)[:：][^`]*`", "".join(first for first, _ in rows(text_of(document))))
    assert sorted(set(typed)) == sorted([*_FIELDS, *_FIELDS.values()])


@pytest.mark.parametrize("document", ["docs/reading.md", "docs/reading.zh-CN.md"])
def test_every_key_is_explained(document: str) -> None:
    keys = re.findall("<kbd>(.)</kbd>", text_of("templates/includes/keys.html"))
    assert "/" in keys
    explained = "".join(first for first, _ in rows(text_of(document)))
    assert [key for key in keys if f"`{key}`" not in explained] == []


def test_the_readme_is_short() -> None:
    assert [name for name in READMES if len(text_of(name).splitlines()) > 200] == []


def test_every_document_for_users_has_a_chinese_twin_with_the_same_headings() -> None:
    english = {str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("[!.]*.md")}
    assert {name for name in english if ".zh-CN" not in name} == set(TWINS) - {"README.md"}
    for name, twin in TWINS.items():
        assert levels(text_of(name)) == levels(text_of(twin)), name
        assert f"]({Path(twin).name})" in text_of(name)
        assert f"]({Path(name).name})" in text_of(twin)


def test_every_page_of_docs_is_linked_from_both_readmes() -> None:
    for readme, pages in zip(READMES, [set(TWINS), set(TWINS.values())], strict=True):
        linked = {link.partition("#")[0] for link in links(text_of(readme))}
        assert (pages | {"docs/decisions/README.md", "CONTRIBUTING.md"}) - {readme} <= linked


def test_decisions_are_linked_and_each_has_a_heading() -> None:
    folder = ROOT / "docs/decisions"
    subjects = {path.name for path in folder.glob("*.md")} - {"README.md"}
    assert set(links(text_of("docs/decisions/README.md"))) == subjects
    for subject in subjects:
        names = anchors(text_of(f"docs/decisions/{subject}"))
        assert len(names) > 1
        assert not any(re.search(r"-\d$", name) for name in names)  # GitHub numbers repeats
    assert "docs/decisions/README.md" in links(text_of("CONTRIBUTING.md"))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    broken = [link for link in links(text_of(document)) if not resolves(document, link)]
    assert broken == []


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("search.md#what-is-found", True),
        ("search.md#what-is-lost", False),
        ("../README.zh-CN.md#设置", True),
        ("#pages", True),
        ("nowhere.md", False),
        ("../static", True),
        ("../static#pages", False),
    ],
)
def test_links_are_looked_up_by_file_and_heading(link: str, leads: bool) -> None:
    assert resolves("docs/reading.md", link) is leads


def test_a_heading_has_the_anchor_that_github_gives_it() -> None:
    text = "# A `b_c` & “D”, e\n\n```\n# no heading\n```\n## 文件头\n## [A](x.md) b\n## 文件头\n"
    assert anchors(text) == ["a-b_c--d-e", "文件头", "a-b", "文件头-1"]


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def missing(words: Iterable[str], text: str) -> list[str]:
    return [word for word in words if not re.search(rf"\b{word}\b", text)]


def unexplained(words: Iterable[str], text: str) -> list[str]:
    """Filter words by the tables of ``text``: those that no row begins with."""
    explained = " ".join(first for first, _ in rows(text))
    return [word for word in words if not re.search(rf"`{word}[` ]", explained)]


def own_options(command: str) -> list[str]:
    """The options of a command that neither Django's commands have nor its own of this name."""
    parser = load_command_class("digests", command).create_parser("manage.py", command)
    is_of_django = find_spec(f"django.core.management.commands.{command}")
    extended = load_command_class("django.core", command) if is_of_django else BaseCommand()
    django = extended.create_parser("manage.py", command)
    known = set(django._option_string_actions)
    return [option for option in parser._option_string_actions if option not in known]


def rows(text: str) -> list[tuple[str, str]]:
    """The first two cells of each row of a table."""
    return re.findall(r"^\| (.+?) \| (.+?) \|", text, re.MULTILINE)


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def links(text: str) -> list[str]:
    """The relative links of ``text``."""
    prose = re.sub(r"`[^`\n]*`", "", without_code(text))
    return [
        link for link in re.findall(r"\]\(([^)\s]+)\)", prose) if not re.match(r"[a-z]+:", link)
    ]


def headings(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^(#+) (.+)$", without_code(text), re.MULTILINE)


def levels(text: str) -> list[str]:
    return [level for level, _ in headings(text)]


def anchors(text: str) -> list[str]:
    """The ids that GitHub gives the headings of ``text``."""
    names: list[str] = []
    for _, title in headings(text):
        visible = re.sub(r"\[(.+?)\]\([^)]*\)", r"\1", title)
        name = re.sub(r"[^\w\- ]", "", visible.lower()).replace(" ", "-")
        again = names.count(name)
        names.append(f"{name}-{again}" if again else name)
    return names


def resolves(document: str, link: str) -> bool:
    """True if a relative link in ``document`` leads to a file, and to a heading in it."""
    path, _, anchor = link.partition("#")
    target = (ROOT / document).parent / path if path else ROOT / document
    if not target.exists():
        return False
    return not anchor or (target.is_file() and anchor in anchors(target.read_text("utf-8")))
