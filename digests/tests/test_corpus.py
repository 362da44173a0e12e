"""Properties of every digest file, from any author, checked without the project's parser."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client

from digests import identity
from digests.importing import FileReport, Status, find_sources
from digests.models import Citation, Digest
from digests.tests import corpus, gfm, spellings
from digests.tests.files import SEED, import_path, import_text, only_digest
from digests.tests.length import often

pytestmark = pytest.mark.django_db

GENERATED = often(150, at_length=1000)  # a thousand take minutes

OURS = [
    pytest.param(SEED, id="seed"),
    *(pytest.param(name, id=name) for name in spellings.FILES if name != "unreadable-urls.md"),
]
FILES = [*OURS, *corpus.FILES]


@pytest.fixture(params=["ours", "corpus", "generated"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "ours":
        for name, data in spellings.FILES.items():
            (tmp_path / name).write_bytes(data)
        return tmp_path
    if request.param == "generated":
        return corpus.generate(tmp_path, GENERATED)
    if not corpus.CORPUS.exists():
        pytest.skip(corpus.NO_SHARED)
    return corpus.CORPUS


# Each digest is committed, as in production: in one transaction PostgreSQL keeps every old version
# of a row and has no statistics of the tables, and a thousand files take minutes.
@pytest.mark.django_db(transaction=True)
def test_files_come_back_byte_for_byte_and_a_second_import_writes_nothing(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    """One test for both, as many files take their time to import."""
    call_command("import_digests", "--quiet", folder)
    assert capsys.readouterr().err == ""

    out = tmp_path_factory.mktemp("out")
    call_command("export_digests", "--output", str(out))
    assert _differing(folder, out) == []

    before = _every_row()
    call_command("import_digests", "--format", "json", folder)
    *files, _summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert [file["path"] for file in files if file["status"] != "unchanged"] == []
    assert _every_row() == before


def _differing(folder: Path, out: Path) -> list[str]:
    imported = {f"{s.slug}.md": s.read() for s in find_sources([str(folder)])}
    exported = {path.name: path.read_bytes() for path in out.iterdir()}
    return sorted(
        name for name in imported.keys() | exported if imported.get(name) != exported.get(name)
    )


def _every_row() -> dict[str, list[tuple[Any, ...]]]:
    """The values of all rows in all tables."""
    return {
        model._meta.db_table: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
    }


@pytest.mark.parametrize("file", FILES)
def test_every_link_is_a_citation_and_every_citation_a_link(
    file: Path | str, tmp_path: Path
) -> None:
    """Two differences are wanted. An invalid URL (bad port, broken host …) becomes
    a warning, and a bare URL in the text of an HTML block stays text, as in a browser."""
    report, text = _import(file, tmp_path)
    links = {unquote(url): url for url in gfm.links(text)}
    unreadable = {link for link, url in links.items() if not _can_be_read(url)}
    cited = {unquote(url) for url in Citation.objects.values_list("url", flat=True) if url}
    assert cited == links.keys() - unreadable
    assert _without_warning(report, (links[link] for link in unreadable)) == []


def test_an_address_that_cannot_be_read_is_a_warning_and_no_citation(tmp_path: Path) -> None:
    data = spellings.FILES["unreadable-urls.md"]
    report = import_text(tmp_path, data)
    assert not Citation.objects.exists()
    links = gfm.links(data.decode())
    assert len(links) == 4
    assert _without_warning(report, links) == []


def test_the_link_finder_sees_what_a_browser_makes_a_link() -> None:
    data = spellings.FILES["2024-07-01.md"].decode()
    found = gfm.links(data)
    assert {url for url in found if url.endswith(("preamble", "cell", "in-brackets", "style"))} == {
        "https://example.org/preamble",
        "https://example.org/bare-preamble",
        "https://example.org/cell",
        "https://example.org/bare-cell",
        "https://example.org/in-brackets",
        "https://example.org/reference-style",
    }
    assert "https://zh.wikipedia.org/wiki/Paper_(disambiguation)" in found
    assert not [url for url in found if "in-code" in url or "fence" in url or "script" in url]
    assert gfm.links("<div>\nhttps://example.org/in-block\n</div>\n") == set()
    assert gfm.links("<b>https://example.org/inline</b>") == {"https://example.org/inline"}


@pytest.mark.parametrize("file", FILES)
def test_every_visible_word_is_on_the_pages(
    file: Path | str, tmp_path: Path, client: Client
) -> None:
    _report, text = _import(file, tmp_path)
    source = gfm.visible_text(text)
    assert _lost_words(source, client) == set()


def test_a_word_that_is_on_no_page_is_missed(tmp_path: Path, client: Client) -> None:
    """The check above fails for a missing word of a point, of a label or of a reference."""
    _report, text = _import("2024-07-01.md", tmp_path)
    source = gfm.visible_text(text)
    for lost in ("嵌套三", "没人见过的标签", "Adam", "相关引用"):
        page = _main_of(client, only_digest().get_absolute_url()).replace(lost, "")
        assert lost in gfm.lost_words(source, page)


def _lost_words(source: str, client: Client) -> set[str]:
    """The words of a text that the pages of its digest and topics show less often than it does."""
    digest = only_digest()
    lost = gfm.lost_words(source, _main_of(client, digest.get_absolute_url()))
    if not lost:
        return set()
    topics = [_main_of(client, topic.get_absolute_url()) for topic in digest.topics.all()]
    return lost & gfm.lost_words(source, "\n".join(topics))


def _main_of(client: Client, address: str) -> str:
    return gfm.text_of_main(client.get(address).content.decode())


def _import(file: Path | str, folder: Path) -> tuple[FileReport, str]:
    """Import a file, or the file of this name in `spellings`; returns its text as well."""
    if isinstance(file, str):
        report, data = import_text(folder, spellings.FILES[file], name=file), spellings.FILES[file]
    else:
        report, data = import_path(file), file.read_bytes()
    assert report.status is Status.CREATED, report.error
    return report, data.decode(Digest.objects.get().imported.encoding)


def _can_be_read(url: str) -> bool:
    try:
        identity.of_url(url)
    except ValueError:
        return False
    return True


def _without_warning(report: FileReport, urls: Iterable[str]) -> list[str]:
    """Filter out URLs that a warning names, also by their beginning; compared percent-decoded."""
    messages = [unquote(str(w.message)) for w in report.warnings if w.code == "url-unparsable"]
    return [url for url in urls if not any(unquote(url)[:200] in said for said in messages)]
