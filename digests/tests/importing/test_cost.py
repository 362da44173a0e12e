"""Linear cost of an import: a text three times as long costs at most some three times as much.

Cost is the number of function calls, Python's and C's, so that a busy machine changes nothing. A
regular expression that backtracks is one call, however long it takes: this test cannot see it.
"""

import cProfile
import pstats
from collections.abc import Callable
from math import isqrt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digests.importing import Status
from digests.models import Citation, Digest, Reference
from digests.parsing import parse_digest
from digests.rendering import render
from digests.tests.files import import_text

LINKS = 1000  # and three times as many
FEW_LINKS = 250
SIGNS = 1200
ROOM = 1.2  # tolerance for n log n, and for caches that fill

Shape = Callable[[int], str]


def _url(n: int) -> str:
    return f"https://example.org/archive/{n}?page={n}"


def _each(line: str, *, before: str = "", between: str = "", after: str = "") -> Shape:
    """A text that repeats ``line`` for each link, with a number and an address."""

    def text(count: int) -> str:
        items = (line.format(n=n, url=_url(n)) for n in range(count))
        ends = (after.format(n=n, url=_url(n)) for n in range(count))
        return before + between.join(items) + "\n\n" + "".join(ends)

    return text


def _repeated(sign: str) -> Shape:
    return lambda count: sign * (count // len(sign))


LINKS_IN = {
    "listed items": _each("  * **论文**: [题{n}]({url})\n", before="* 相关引用:\n"),
    "points": _each("* **观点**: 见 [题{n}]({url})\n"),
    "one line": _each("[题{n}]({url})", between="，"),
    "one point": _each("[题{n}]({url})", before="* **观点**: ", between=" "),
    "one listed item": _each("[题{n}]({url})", before="* 相关引用: ", between=" "),
    "a table": _each("| {n} | [题{n}]({url}) |\n", before="| 甲 | 乙 |\n| - | - |\n"),
    "bare URLs in a line": _each("{url}", between="，"),
    "bare URLs in a list": _each("* {url}\n"),
    "definitions": _each("* [题{n}][{n}]\n", after="[{n}]: {url}\n"),
    "topics with definitions": _each("## {n}. 话题\n\n* [题{n}][{n}]\n\n", after="[{n}]: {url}\n"),
    "HTML": _each('<a href="{url}">题{n}</a>', between=" "),
    "HTML without ends": _each('<a href="{url}">题{n}', between=" "),
    "a block of HTML without ends": _each('<a href="{url}">题{n}\n', before="<div>\n"),
    "images in a line": _each("![题{n}]({url})", between=" "),
}

SIGNS_IN = {
    repr(sign): _repeated(sign)
    for sign in (
        *("[", "![", "[a][", "[a](", "*", "**a", "*a_b", "(", "`", "`a``b", "<", "<a ", "<!--"),
        *("&", "&amp;", "\\", "|", "://", "https://a.b/(", "~~a ", "* ", "> ", "> > ", "a\n> "),
        *("- a\n", "1. ", "[a]: b\n", "```\n", "<div>\n", "## a\n", "x\n-\n", "* **a", "："),
        # Signs that look far ahead, or at all that stands before them.
        *("$", "$a ", "$$\n", "$$a\n", r"\(", r"\(x_1 ", r"\(x_1\) ", "\\[\n", "\\[x_1\na\n"),
        *("```math\nx^2\n```\n", "[^1] ", "[^1]: a\n", "a[^1]\n\n[^1]: b\n\n", "&#9", "&aaaa"),
        *("![[a](", "[[a]]", "[a](<b", '[a](b "', "[a]: <b\n", '[a]: b "c\n', "[a]:\n", "</a "),
        *("a <?", "a <!X", "a <![CDATA[", '<a x="', "<b>", "http://", "www.a", "***a* ", "_a "),
        *("**甲：A", "A**《甲》**B", "甲**，A", "__中文", "__a__中", "a|b\n", "a|b\n-|-\n\n", "|-"),
        *("> a\n", "1. a\n\n", "*\ta\n\n\tb\n\n", "a  \n", "- [ ] a\n", "~~~\n", "<p <p"),
    )
} | {
    "lists in lists": lambda count: (
        "".join(f"{'  ' * depth}* a\n" for depth in range(50)) * (count // 1000)
    ),
    "lines below deep quotes": lambda count: "> " * 50 + "a\n" + "b\n" * count,
    "lines below deep lists": lambda count: "* " * 50 + "a\n" + "b\n" * count,
    "rows of a wide table": lambda count: (
        "|a" * 50 + "|\n" + "|-" * 50 + "|\n" + "|c\n" * (count // 25)
    ),
    "signs at the end of a formula": lambda count: r"\(x " * count + r"\)",
    "uses of a definition": lambda count: f"[a]: https://e.org/{'x' * 500}\n\n" + "[a] " * count,
    "growing backticks": lambda count: " ".join("`" * n for n in range(isqrt(2 * count))),
    "a pattern of a label": lambda count: "* **" + "a " * count + "**: b\n",
    "blanks in a heading": lambda count: "## a" + " " * count + "b\n",
    "front matter": lambda count: "---\n" + "a: b\n" * (count // 5) + "---\n甲\n",
}


@pytest.mark.parametrize("shape", LINKS_IN.values(), ids=LINKS_IN)
def test_the_cost_of_links_grows_as_their_number(shape: Shape) -> None:
    few, many = (_calls_to_read(shape(count)) for count in (FEW_LINKS, 3 * FEW_LINKS))
    assert many < 3 * ROOM * few


@pytest.mark.parametrize("shape", SIGNS_IN.values(), ids=SIGNS_IN)
def test_the_cost_of_signs_grows_as_their_number(shape: Shape) -> None:
    few, many = (_calls_to_read(shape(count)) for count in (SIGNS, 3 * SIGNS))
    assert many < 3 * ROOM * few


@pytest.mark.parametrize("sign", ["[", "![", "[a]["])
def test_brackets_cost_at_most_as_much_as_a_dozen_texts_of_links(sign: str) -> None:
    """markdown-it reads the text after a bracket once per allowed level of nesting."""
    links = _calls_to_read(_repeated("[a](b) ")(SIGNS))
    assert _calls_to_read(_repeated(sign)(SIGNS)) < 12 * links


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["listed items", "one line"])
def test_a_digest_of_400_kb_with_3000_links_is_imported_at_three_times_the_cost_of_1000(
    name: str, tmp_path: Path
) -> None:
    shape = LINKS_IN[name]
    costs = []
    for count in (LINKS, 3 * LINKS):
        text = shape(count)
        padding = "字" * max(0, (400_000 * count // (3 * LINKS) - len(text.encode())) // 3)
        profile = cProfile.Profile()
        with CaptureQueriesContext(connection) as queries, profile:
            report = import_text(tmp_path, f"{padding}\n\n{text}", name=f"{count}.md")
        assert report.status is Status.CREATED
        assert Citation.objects.filter(url__startswith="https://example.org").count() >= count
        costs.append((_count(profile), len(queries)))
        Digest.objects.all().delete()
        Reference.objects.all().delete()
    (few_calls, few_queries), (many_calls, many_queries) = costs
    assert many_calls < 3 * ROOM * few_calls
    assert many_queries <= 3 * few_queries


def _read(text: str) -> None:
    """Run all stages of an import that come before the database."""
    digest = parse_digest(text, name="2024-07-10", zone=ZoneInfo("Asia/Shanghai"))
    for body in digest.bodies:
        render(body)


def _calls_to_read(text: str) -> int:
    with cProfile.Profile() as profile:
        _read(text)
    return _count(profile)


def _count(profile: cProfile.Profile) -> int:
    calls: int = pstats.Stats(profile).total_calls  # type: ignore[attr-defined]  # stubs lack it
    return calls
