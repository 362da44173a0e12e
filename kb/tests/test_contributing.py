"""CONTRIBUTING names the layers, the paths and the tables by kind that the code has."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from digests.bibliography.bibtex import _TYPES as BIBTEX
from digests.bibliography.csl import _TYPES as CSL
from digests.bibliography.ris import _TYPES as RIS
from digests.identity import archive_entry
from digests.search.language.fields import condition
from digests.search.language.tree import Filter, filter_value
from digests.vocabulary import _POINT_KINDS, _REFERENCE_KINDS, PointKind, ReferenceKind
from kb.tests.test_documents import FORMATS, ROOT, rows, text_of

pytestmark = pytest.mark.once

CONTRIBUTING = text_of("CONTRIBUTING.md")
FOLDERS = {"digests", "kb", "docs", "script", "benchmarks", "static", "templates", "locale"}
CATALOGUE = "locale/zh_Hans/LC_MESSAGES/django.po"
STYLE = "static/css/content.css"
# Numbers in archives that do not number by ``owner/name``.
SAMPLES = {"arxiv": "2305.18290", "doi": "10.5555/abc.1"}
# Modules that choose some kinds, where none can be forgotten.
CHOICES_ALONE = {"digests/pages/parts/cited.py"}


def test_the_layers_are_those_of_the_contract() -> None:
    blocks = re.findall(r"^```\n(.*?)^```$", CONTRIBUTING, re.MULTILINE | re.DOTALL)
    assert contract() in [block.splitlines() for block in blocks]


def test_every_module_of_the_application_stands_in_a_layer() -> None:
    placed = {name for layer in contract() for name in layer.split(" | ")}
    modules = {path.stem for path in (ROOT / "digests").glob("[!_]*.py")}
    packages = {path.parent.name for path in (ROOT / "digests").glob("*/__init__.py")}
    assert placed == (modules | packages) - {"apps", "migrations", "tests"}


def test_every_path_exists() -> None:
    named = list(paths(CONTRIBUTING))
    assert {"digests/identity/hosts.py", "digests/pages/", ".env.example"} <= {*named}
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("kind", PointKind.values)
def test_every_kind_of_point_stands_in_every_table(kind: str) -> None:
    assert without(tables_of_points(kind)) == []


@pytest.mark.parametrize("kind", ReferenceKind.values)
def test_every_kind_of_reference_stands_in_every_table(kind: str) -> None:
    assert without(tables_of_references(kind)) == []


def test_the_row_of_a_kind_names_every_place_that_would_miss_a_new_one() -> None:
    named = set(paths(" ".join(row(name) for name in ("a label of a known kind", "a kind"))))
    named |= {"docs/file-format.zh-CN.md"}  # "its twin"
    named |= set(paths(row("a text in the interface")))
    for tables in (tables_of_points("invented"), tables_of_references("invented")):
        assert without(tables) == list(tables)
        assert set(tables) <= named


def test_the_row_of_a_kind_names_every_module_that_lists_kinds() -> None:
    modules = {path for path in sources() if lists_kinds((ROOT / path).read_text("utf-8"))}
    tables = {*tables_of_points("invented"), *tables_of_references("invented")}
    assert modules - tables == CHOICES_ALONE
    assert modules <= set(paths(row("a label of a known kind") + row("a kind")))


@pytest.mark.parametrize(
    ("source", "lists"),
    [
        ("x = {PointKind.METHOD: 1, PointKind.RESULT: 2}", True),
        ("x = frozenset({ReferenceKind.PAPER, ReferenceKind.CODE})", True),
        ("x = (ReferenceKind.PAPER, *others, ReferenceKind.CODE)", True),
        ("x = {**other, PointKind.METHOD: 1}", False),
        ("f(PointKind.METHOD, PointKind.RESULT)", False),
    ],
)
def test_modules_are_searched_for_collections_of_two_kinds(source: str, lists: bool) -> None:
    assert lists_kinds(source) is lists


def test_every_scheme_of_keys_stands_where_the_row_of_a_host_says() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "digests/identity").glob("*.py"))
    schemes = set(re.findall(r'Identity\(\s*f"(\w+):', source))
    assert {"arxiv", "github", "url", "name"} <= schemes
    keys = {f"{scheme}:{SAMPLES.get(scheme, 'owner/name')}" for scheme in schemes}
    for key in keys - {"url:owner/name", "name:owner/name"}:
        assert archive_entry(key), f"{key} in archives.py"
    for key in keys:
        assert condition("ref", key) == Filter("ref", filter_value(key)), f"{key} in fields.py"
    for document in FORMATS:
        assert [each for each in schemes if f"| `{each}:" not in text_of(document)] == [], document


def contract() -> list[str]:
    settings = tomllib.loads(text_of("pyproject.toml"))
    layers: list[str] = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return layers


def paths(text: str) -> Iterator[str]:
    """The paths between backticks, up to a ``<name>`` that the reader chooses."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for code in re.findall(r"`([^`\n]+)`", prose):
        path = code.partition(" ")[0].partition("<")[0]
        folder, within, _ = path.partition("/")
        if (within and folder in FOLDERS) or re.fullmatch(r"\w+\.toml|\.env\.\w+", path):
            yield path


def row(name: str) -> str:
    (found,) = (cell for first, cell in rows(CONTRIBUTING) if first == name)
    return found


def sources() -> Iterator[str]:
    for path in (ROOT / "digests").rglob("*.py"):
        inside = path.relative_to(ROOT)
        if not {"tests", "migrations"} & set(inside.parts):
            yield inside.as_posix()


def lists_kinds(source: str) -> bool:
    """True if a dict, set, list or tuple in this module names two kinds, or more."""
    return any(sum(map(_is_kind, members(node))) > 1 for node in ast.walk(ast.parse(source)))


def members(node: ast.AST) -> list[ast.expr | None]:
    match node:
        case ast.Dict(keys=found):
            return found
        case ast.Set(elts=found) | ast.List(elts=found) | ast.Tuple(elts=found):
            return [*found]
    return []


def _is_kind(node: ast.expr | None) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="PointKind" | "ReferenceKind")):
            return True
    return False


def without(tables: dict[str, bool]) -> list[str]:
    """The places that do not know a kind."""
    return [place for place, knows in tables.items() if not knows]


def tables_of_points(kind: str) -> dict[str, bool]:
    """Every place with a table by kind of point; true where this kind stands in it."""
    return {
        "digests/vocabulary.py": kind in {*_POINT_KINDS.values(), PointKind.OTHER},
        "digests/schema.json": kind in enumerated("pointKind"),
        STYLE: f'[data-kind="{kind}"] > .label' in text_of(STYLE),
        CATALOGUE: is_translated("point kind", kind),
        **documents(kind),
    }


def tables_of_references(kind: str) -> dict[str, bool]:
    """Every place with a table by kind of reference; true where this kind stands in it."""
    return {
        "digests/vocabulary.py": kind in {*_REFERENCE_KINDS.values(), ReferenceKind.OTHER},
        "digests/schema.json": kind in enumerated("referenceKind"),
        "digests/bibliography/bibtex.py": kind in BIBTEX,
        "digests/bibliography/csl.py": kind in CSL,
        "digests/bibliography/ris.py": kind in RIS,
        "templates/icons/": Path(ROOT, "templates/icons", f"{kind}.html").exists(),
        STYLE: f'.label[data-kind="{kind}"]' in text_of(STYLE),
        CATALOGUE: is_translated("reference kind", kind),
        **documents(kind),
    }


def enumerated(name: str) -> list[str]:
    values: list[str] = json.loads(text_of("digests/schema.json"))["$defs"][name]["enum"]
    return values


def is_translated(context: str, kind: str) -> bool:
    message = f'msgctxt "{context}"\nmsgid "{kind.capitalize()}"\nmsgstr "'
    return re.search(re.escape(message) + '[^"]', text_of(CATALOGUE)) is not None


def documents(kind: str) -> dict[str, bool]:
    return {name: f"`{kind}`" in text_of(name) for name in FORMATS}
