"""HTML becomes safe in ``rendering/holes.py``, and nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from digests import rendering
from digests.rendering import holes

ROOT = Path(str(rendering.__file__)).parent.parent.parent
_MARKS = {"mark_safe", "SafeString", "SafeText", "SafeData", "html_safe"}
_LITERALS = {"format_html": 1, "format_html_join": 2}
"""Functions that escape their arguments but the first ones, which so must be literals."""
_IN_TEMPLATES = re.compile(r"\|\s*safe(seq)?\b|\bautoescape\s+off\b")


def marks(tree: ast.AST) -> Iterator[str]:
    """Expressions that make a string safe without escaping it."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=given):
                literals = given[: _LITERALS.get(name, 0)]
                if name in _MARKS or not all(isinstance(each, ast.Constant) for each in literals):
                    yield ast.unparse(node)
            case ast.FunctionDef(name="__html__"):
                yield "def __html__"


def files(*folders: str, suffixes: set[str]) -> Iterator[Path]:
    for folder in folders:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in suffixes and "tests" not in path.parts:
                yield path


def test_one_function_marks_strings_as_safe() -> None:
    modules = list(files("kb", "digests", suffixes={".py"}))
    assert len(modules) > 200
    found = {path: list(marks(ast.parse(path.read_text("utf-8")))) for path in modules}
    assert {path: given for path, given in found.items() if given} == {
        Path(str(holes.__file__)): ["mark_safe(html)"]
    }


def test_no_template_shows_a_string_without_escaping() -> None:
    templates = list(files("templates", suffixes={".html", ".xml", ".txt"}))
    assert len(templates) > 80
    assert [path for path in templates if _IN_TEMPLATES.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("source", ["{{ x|safe }}", "{{ x | safeseq }}", "{% autoescape off %}"])
def test_that_test_sees_what_templates_can_write(source: str) -> None:
    assert _IN_TEMPLATES.search(source)


@pytest.mark.parametrize(
    "source",
    [
        "mark_safe(x)", "safestring.mark_safe(x)", "SafeString(x)", "format_html(x)",
        "format_html(f'{x}')", "format_html_join(x, '{}', y)", "format_html_join('', x, y)",
        "def __html__(self): ...",
    ],
)  # fmt: skip
def test_that_test_sees_what_code_can_write(source: str) -> None:
    assert list(marks(ast.parse(source)))
