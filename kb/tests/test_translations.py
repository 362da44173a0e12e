import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from script.translations import (
    KEYWORDS,
    ROOT,
    collect,
    forms,
    messages,
    mo_bytes,
    po_bytes,
    problems,
)

TEMPLATE = """
    {% load i18n %}
  <h1>{% translate "It's here" %}</h1>
{% translate "Log in" context "verb" %}
      {% if many %}
    {% blocktranslate trimmed count total=many %}
      {{ total }} topic
    {% plural %}
      {{ total }} topics
    {% endblocktranslate %}{% endif %}
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for folder in ("kb", "digests/tests", "templates/registration"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "kb/views.py").write_text('ngettext_lazy("one day", "%(days)s days", "days")')
    (tmp_path / "digests/tests/test_views.py").write_text('_("said to developers")')
    (tmp_path / "templates/registration/login.html").write_text(TEMPLATE)
    return tmp_path


def translated(**changed: str) -> Catalog:
    catalog = Catalog(locale="zh_Hans")
    catalog.add("It's here", changed.get("here", "在这里"))
    catalog.add("Log in", changed.get("login", "登录"), context="verb")
    catalog.add(("%(total)s topic", "%(total)s topics"), [changed.get("topics", "%(total)s 题")])
    catalog.add(("one day", "%(days)s days"), ["%(days)s 天"])
    return catalog


def said(sources: Path, known: Catalog) -> list[str]:
    catalog = collect(sources, known)
    return list(problems(catalog, known, mo_bytes(catalog)))


def test_messages_are_found_in_templates_and_code_but_not_in_tests(sources: Path) -> None:
    found = [(message.id, message.context) for message in messages(collect(sources, Catalog()))]
    assert found == [
        (("%(total)s topic", "%(total)s topics"), None),
        ("It's here", None),
        ("Log in", "verb"),
        (("one day", "%(days)s days"), None),
    ]


def test_a_whole_catalogue_has_no_problem(sources: Path) -> None:
    assert said(sources, translated()) == []


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"here": ""}, '''not translated: "It's here"'''),
        ({"login": ""}, "not translated: 'Log in' (context 'verb')"),
        ({"topics": "%(count)s"}, "other placeholders than the message: '%(total)s topic'"),
    ],
)
def test_a_translation_that_will_not_do_is_named(
    sources: Path, changed: dict[str, str], problem: str
) -> None:
    assert said(sources, translated(**changed)) == [problem]


def test_a_message_too_many_or_too_few_is_named(sources: Path) -> None:
    known = translated()
    known.delete("It's here")
    known.add("It was here", "曾在这里")
    assert said(sources, known) == [
        '''not in the catalogue: "It's here"''',
        "no longer in the sources: 'It was here'",
    ]


def test_a_fuzzy_translation_is_named(sources: Path) -> None:
    known = translated()
    known["It's here"].flags.add("fuzzy")
    assert said(sources, known) == ['''fuzzy: "It's here"''']


def test_a_stale_compilation_is_named(sources: Path) -> None:
    catalog = collect(sources, translated())
    assert list(problems(catalog, translated(), b"")) == [
        "django.mo is not what django.po compiles to"
    ]


def test_the_same_messages_give_the_same_file(sources: Path) -> None:
    assert po_bytes(collect(sources, translated())) == po_bytes(collect(sources, translated()))
    assert b"Date" not in po_bytes(collect(sources, translated()))


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=str)
def test_no_template_says_a_word_outside_a_translation(path: Path) -> None:
    text = re.sub(
        r"{% comment.*?endcomment %}|{% block layout.*?endblock %}"  # comments; class names
        r"|{% blocktranslate.*?endblocktranslate %}|{[%{#].*?[%}#]}|<!--.*?-->|<[^>]*>",
        "",
        path.read_text(),
        flags=re.DOTALL,
    )
    assert re.findall(r"[A-Za-z]{2,}", text) == []


def test_no_text_hides_from_the_collection_in_an_f_string() -> None:
    collected = {
        form for message in messages(collect(ROOT, Catalog())) for form in forms(message.id)
    }
    hidden = [
        (path.name, call.args[-1].value)
        for folder in ("kb", "digests")
        for path in (ROOT / folder).rglob("*.py")
        if "tests" not in path.parts
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in KEYWORDS
        if isinstance(call.args[-1], ast.Constant) and call.args[-1].value not in collected
    ]
    assert hidden == []


def test_gettext_has_no_name_that_the_collection_does_not_know() -> None:
    names = [
        (path.name, name.asname)
        for folder in ("kb", "digests")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.asname and name.asname not in KEYWORDS
    ]
    assert names == []
