"""HTML becomes safe in ``rendering/holes.py``, and nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from digests import rendering
from digests.rendering import holes

ROOT = Path(str(rendering.__file__)).parent.parent.parent
# Names that may not even be mentioned, as an alias of them marks as well.
_MARKS = {"mark_safe", "html_safe", "SafeData", "SafeText"}
# Functions that escape their arguments but the first ones, which so must be literals.
_LITERALS = {
    "SafeString": 1,
    "format_html": 1,
    "format_html_join": 2,
    "markup": 1,
    "markup_of_each": 1,
}
_IN_TEMPLATES = re.compile(r"\|\s*safe(seq)?\b|\bautoescape\s+off\b|\bfilter\s+safe")


def marks(tree: ast.AST) -> Iterator[str]:
    """Expressions that make a string safe without escaping it."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                if name in _MARKS or name == "__html__":
                    yield name
            case ast.FunctionDef(name="__html__"):
                yield "__html__"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _LITERALS:
                literals = node.args[: _LITERALS[name]]
                is_whole = len(literals) == _LITERALS[name] and not any(
                    isinstance(each, ast.Starred) for each in literals
                )
                if not is_whole or not all(isinstance(each, ast.Constant) for each in literals):
                    yield ast.unparse(node)


def callers(tree: ast.AST) -> Iterator[str]:
    """The functions of `holes` that mark what they are given, where code mentions them."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="rendering" | "holes"), attr="fill" | "stored"):
                yield node.attr
            case ast.ImportFrom(module="digests.rendering" | "digests.rendering.holes"):
                yield from (name.name for name in node.names if name.name in {"fill", "stored"})


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
        Path(str(holes.__file__)): ["SafeString(html)"]
    }


def test_only_models_and_this_package_have_html_marked() -> None:
    modules = files("kb", "digests", suffixes={".py"})
    found = {path for path in modules if list(callers(ast.parse(path.read_text("utf-8"))))}
    package = Path(str(rendering.__file__)).parent
    outside = {path.relative_to(ROOT).as_posix() for path in found if package not in path.parents}
    assert outside == {f"digests/models/{name}.py" for name in ("digests", "points", "references")}


def test_no_template_shows_a_string_without_escaping() -> None:
    templates = list(files("templates", suffixes={".html", ".xml", ".txt"}))
    assert len(templates) > 80
    assert [path for path in templates if _IN_TEMPLATES.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "source", ["{{ x|safe }}", "{{ x | safeseq }}", "{% autoescape off %}", "{% filter safe %}"]
)
def test_that_test_sees_what_templates_can_write(source: str) -> None:
    assert _IN_TEMPLATES.search(source)


@pytest.mark.parametrize(
    "source",
    [
        "mark_safe(x)", "safestring.mark_safe(x)", "SafeString(x)", "format_html(x)",
        "format_html(f'{x}')", "format_html_join(x, '{}', y)", "format_html_join('', x, y)",
        "def __html__(self): ...", "__html__ = str", "from django.utils.html import html_safe as m",
        "map(mark_safe, x)", "markup(x)", "rendering.markup(f'{x}')", "markup_of_each(x, y)",
        "format_html(format_string=x)", "format_html(*x)",
    ],
)  # fmt: skip
def test_that_test_sees_what_code_can_write(source: str) -> None:
    assert list(marks(ast.parse(source)))
