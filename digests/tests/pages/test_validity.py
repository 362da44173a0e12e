"""Checks of every page: valid HTML, an outline for screen readers, nothing that the
Content-Security-Policy forbids."""

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.test import Client
from html5lib.html5parser import ParseError

from digests.tests.page_types import everything

pytestmark = [pytest.mark.once, pytest.mark.django_db]

HEADING = re.compile(r"h([1-6])")
DATA = "application/ld+json"  # a script in name only: browsers do not run it


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_valid_and_outlined(client: Client, language: str) -> None:
    client.cookies["django_language"] = language
    pages = {address: client.get(address).content.decode() for address in everything()}
    found = {address: list(complaints(html)) for address, html in pages.items()}
    assert {address: said for address, said in found.items() if said} == {}


def complaints(html: str) -> Iterator[str]:
    try:
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        page = parser.parse(html)
    except ParseError as error:
        yield f"invalid: {error}"
        return
    yield from wrong_headings(page)
    ids = Counter(element.get("id") for element in page.iter() if element.get("id"))
    yield from (f"id {name} {count} times" for name, count in ids.items() if count > 1)
    for element in page.iter():
        if any(name == "style" or name.startswith("on") for name in element.attrib):
            yield f"inline in <{element.tag}>"
        if element.tag == "style" or (element.tag == "script" and not is_elsewhere(element)):
            yield f"<{element.tag}> inline"


def wrong_headings(page: Element) -> Iterator[str]:
    levels = [int(found[1]) for e in page.iter() if (found := HEADING.fullmatch(str(e.tag)))]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the first level"
    for above, level in zip([0, *levels], levels, strict=False):
        if level > above + 1:
            yield f"h{level} below h{above}"


def is_elsewhere(script: Element) -> bool:
    return bool(script.get("src")) or script.get("type") == DATA


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<!doctype html><title>x</title><h1>x</h2>", "invalid"),
        ("<!doctype html><title>x</title><h1>x</h1><h3>y</h3>", "h3 below h1"),
        ("<!doctype html><title>x</title><h1>x</h1><p id=a><p id=a>", "id a 2 times"),
        ("<!doctype html><title>x</title><h1 style='color: red'>x</h1>", "inline in <h1>"),
        ("<!doctype html><title>x</title><h1>x</h1><script>1</script>", "<script> inline"),
    ],
)
def test_what_is_wrong_would_be_found(html: str, complaint: str) -> None:
    assert [said for said in complaints(html) if complaint in said]


# A Java program that no package here installs; html5lib, above, reads every page in any case.
@pytest.mark.skipif("VNU_JAR" not in os.environ, reason="VNU_JAR names no Nu Html Checker")
def test_the_checker_of_the_w3c_has_nothing_against_any_page(
    client: Client, tmp_path: Path
) -> None:
    for place, address in enumerate(everything()):
        (tmp_path / f"{place}.html").write_bytes(client.get(address).content)
    checker = [
        "java",
        "-jar",
        os.environ["VNU_JAR"],
        "--errors-only",
        "--skip-non-html",
        str(tmp_path),
    ]
    said = subprocess.run(checker, capture_output=True, text=True, check=False)
    assert said.stderr == ""
