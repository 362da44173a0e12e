"""Benchmarks run, and print the figures that benchmarks/README.md documents."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from benchmarks import heavy, serving
from benchmarks.same_pages import normal
from benchmarks.same_pages.comparison import compare, report
from benchmarks.wagtail_peer.rows import product_rows
from digests.importing import Status, find_sources, import_sources

pytestmark = pytest.mark.once  # they create a database of their own


@pytest.mark.parametrize("files", [["--small", "5"], ["--heavy", "2", "--kilobytes", "20"]])
def test_the_benchmark_of_the_import_runs_and_prints_its_figures(files: list[str]) -> None:
    printed = _run("benchmarks.import_speed", *files)
    for figure in ("quarter 1", "quarter 4", "whole", "fourth/first", "digests a second", "peak"):
        assert re.search(rf"^{figure}.* [1-9]?\d*\.\d", printed, re.MULTILINE), printed


def test_the_benchmark_of_the_size_names_the_largest_tables() -> None:
    printed = _run("benchmarks.database_size", "--small", "5")
    assert re.search(r"^database +\d+\.\d MB +\d+\.\d+ times", printed, re.MULTILINE), printed
    assert re.search(r"^digests_topic +\d\.\d", printed, re.MULTILINE), printed


def test_the_benchmark_of_growth_compares_each_write_at_two_sizes() -> None:
    printed = _run("benchmarks.growth", "--topics", "80", "90", "--times", "1")
    for write in ("save a small topic", "save a heavy topic", "rename", "import a small file"):
        assert re.search(rf"^{write}.*( +\d+\.\d){{2}} +\d+\.\d\d$", printed, re.MULTILINE), printed


@pytest.mark.django_db
def test_the_peer_gets_what_the_pages_of_a_digest_show() -> None:
    (report,) = import_sources(find_sources([str(settings.BASE_DIR / "seeds")]), origin="test")
    assert report.status is Status.CREATED
    (row,) = product_rows()
    assert "MCTS" in row["tags"]
    topic = row["topics"][0]
    assert topic["title"] == "Adam 优化器在多卡训练中的通信问题"
    assert "Adam 优化器" in topic["tags"]
    assert "* **问题**" in topic["body"]
    assert [title for _pk, title, *_ in topic["references"]] == ["Adam-mini"]


def test_a_heavy_digest_has_the_size_that_was_asked_for_and_the_same_text_in_each_run() -> None:
    (text,), texts = heavy.texts(1, kilobytes=20), heavy.texts(2, kilobytes=20)
    assert 20 * 1024 < len(text.encode()) < 40 * 1024
    assert text == next(texts)


def test_the_benchmark_of_searching_runs_and_loses_nothing() -> None:
    printed = _run("benchmarks.search_speed", "--topics", "50", "--queries", "2", "--hostile", "2")
    assert re.search(r"^icontains takes \d+\.\d times as long as search", printed, re.MULTILINE)
    assert re.search(r"^recall of search, of \d\d+ .*: 1\.0000;", printed, re.MULTILINE), printed
    assert re.search(r"^index +\d+\.\d MB", printed, re.MULTILINE), printed


def test_the_benchmark_of_known_items_runs_and_finds_the_titles() -> None:
    printed = _run("benchmarks.search_quality", "--digests", "3")
    assert re.search(r"^a title +\d+ +(1\.000|0\.99)", printed, re.MULTILINE), printed


def test_the_benchmark_of_pages_runs_and_compares_them_with_a_bare_view() -> None:
    digests = ["--digests", "2", "--heavy", "1"]
    quickly = ["--only", "topic,home", "--addresses", "2", "--rounds", "1"]
    printed = _run("benchmarks.page_cost", *digests, *quickly)
    assert re.search(r"^bare view .* ms +1\.0$", printed, re.MULTILINE), printed
    for kind in ("topic", "home"):
        assert re.search(rf"^{kind} +miss .* ms +\d+\.\d$", printed, re.MULTILINE), printed


def test_the_benchmark_of_pages_asks_a_peer_in_the_same_run(tmp_path: Path) -> None:
    addresses = tmp_path / "addresses"
    addresses.mkdir()
    (addresses / "home.txt").write_text("/\n")
    # The peer is another bare view, because Wagtail is not installed here.
    with serving.gunicorn("bare_view", settings.BASE_DIR / "benchmarks") as peer:
        for name, value in [("name", "Peer"), ("port", peer.port), ("pid", peer.master)]:
            (tmp_path / name).write_text(f"{value}\n")
        quickly = ["--only", "home", "--addresses", "2", "--rounds", "1", "--answers", "miss"]
        printed = _run("benchmarks.page_cost", "--digests", "2", *quickly, "--peer", str(tmp_path))
    assert re.search(r"^Peer: home +miss .* ms +\d+\.\d$", printed, re.MULTILINE), printed


def test_the_benchmark_of_memory_asks_for_pages_that_are_all_there() -> None:
    printed = _run("benchmarks.memory", "--small", "3", "--minutes", "0.05", "--rate", "40")
    for line in ("at rest", "200 requests", r"[23]\d\d requests"):
        assert re.search(rf"^{line} +\d+\.\d( +\d+\.\d){{6}}$", printed, re.MULTILINE), printed


def test_the_indentation_of_a_template_makes_no_other_page() -> None:
    one = normal.html("<ul>\n  <li>a <b>b</b>\n    c</li>\n</ul>")
    other = normal.html("<ul><li> a\t<b\n>b</b> c\n</li></ul>")
    assert one == other


@pytest.mark.parametrize(
    "other",
    ["<p>a<b>b</b></p>", "<p>a <b>c</b></p>", "<p>a <b >b</b></p><p></p>", "<pre>a <b>b</b></pre>"],
)
def test_what_a_reader_sees_makes_another_page(other: str) -> None:
    assert normal.html("<p>a <b>b</b></p>") != normal.html(other)


def test_whitespace_in_preformatted_text_counts() -> None:
    assert normal.html("<pre>a\n b</pre>") != normal.html("<pre>a b</pre>")


def test_a_change_of_many_pages_is_shown_once(tmp_path: Path) -> None:
    for folder, line in [("before", "old"), ("after", "new")]:
        (tmp_path / folder).mkdir()
        for number in range(3):
            text = f"GET /{number}/ (x)\n{line}\n{number}\n"
            (tmp_path / folder / str(number)).write_text(text)
    (tmp_path / "after" / "3").write_text("GET /3/ (x)\n")
    found = compare(tmp_path / "before", tmp_path / "after")
    shown = "\n".join(report(found, most=5))
    assert shown.count("- old") == shown.count("+ new") == 1
    assert "in 3 of 3" in shown
    assert "1 only in the second: GET /3/ (x)" in shown
    assert not compare(tmp_path / "before", tmp_path / "before")


def _run(module: str, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
