"""The requests of a snapshot, by kind of reader."""

import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Model

from benchmarks.same_pages import addresses, oddities
from benchmarks.same_pages.addresses import spread
from benchmarks.same_pages.answers import Reader
from benchmarks.same_pages.environment import Clock
from benchmarks.same_pages.story import EDITOR, Story, admin_page, run
from digests.models import (
    Conflict,
    Digest,
    FeedToken,
    ImportedFile,
    ImportRun,
    Installation,
    Reference,
    Tag,
    Topic,
)

_TOKEN = "a-token-that-is-always-the-same"  # noqa: S105 - of nobody
_DESK = [
    *("digest", "digest/?q=编辑", "topic", "topic/?status=live", "topic/?status=gone"),
    *("topic/?status=archived", "topic/?status=deleted", "topic/?q=模型&p=1", "tag", "tag/?q=rag"),
    *("reference", "reference/?kind=paper", "reference/?q=arxiv", "conflict"),
    *("conflict/?state=settled", "conflict/?state=all", "conflict/?field=body", "importrun"),
    *("importrun/add", "importedfile", "importedfile/?q=generated"),
]


def take(folder: Path, clock: Clock, *, rows: int, others: int, share: int) -> None:
    """Tell the story, then let strangers and the editor read all of it in both languages."""
    Installation.objects.create(pk=1, key=UUID(int=1))
    story = Story(Path("files"), clock)
    story.tell()
    editor = User.objects.get(username=EDITOR)
    FeedToken.objects.create(user=editor, token=_TOKEN)
    staged = story.stage()
    _export(folder, story.printed)
    reader = Reader(folder, "stranger")
    reader.ask(chain(addresses.lists(share), addresses.rows(rows)))
    for accepted in ("application/json", "text/markdown;q=0.9, text/html;q=0.5", "image/png"):
        reader.ask([*addresses.rows(1), "/search/?q=RAG"], accept=accepted)
    english = Reader(folder, "stranger", "en")
    english.ask(chain(_for_all(), addresses.lists(share * 4), addresses.rows(others)))
    for language in ("zh-hans", "en"):
        at_desk = Reader(folder, "editor", language, editor)
        # All versions in one language: the other differs in its words alone.
        desk = _desk(others) if language == "zh-hans" else _desk(1)
        at_desk.ask(chain(_for_all(), addresses.rows(others), desk, [staged]))
        _post(at_desk)
        _return(Reader(folder, "returning", language), story)


def take_private(folder: Path) -> None:
    """The same site where readers have to log in."""
    feeds = ["/topics.atom", "/digests.atom", "/questions.atom", "/search.atom?q=RAG"]
    asked = [*_for_all(), *addresses.rows(1), *feeds]
    keys = [f"{path}{'&' if '?' in path else '?'}token={_TOKEN}" for path in feeds]
    wrong = [key.replace(_TOKEN, "wrong") for key in keys]
    for language in ("zh-hans", "en"):
        Reader(folder, "private-stranger", language).ask([*asked, *keys, *wrong])
        editor = User.objects.get(username=EDITOR)
        Reader(folder, "private-editor", language, editor).ask(asked)


def _for_all() -> Iterator[str]:
    """A page of each type that is not of a row."""
    yield from ("/", "/digests/", "/tags/", "/tags/?order=name", "/labels/", "/labels/question/")
    yield from ("/questions/", "/references/", "/references.bib", "/archive/", "/archive/2026/")
    yield from ("/archive/2026/7/", "/stats/", "/feeds/", "/search/", "/search/?q=RAG", "/llms.txt")
    yield from (
        "/search.json?q=RAG",
        "/search/suggestions/?q=RAG",
        "/opensearch.xml",
        "/robots.txt",
    )
    yield from ("/sitemap.xml", "/sitemap-topics.xml", "/schema.json", "/healthz", "/no-such/")
    yield from ("/accounts/login/", "/topics.atom", "/labels/question.atom", "/no-such.json")


def _return(reader: Reader, story: Story) -> None:
    """The front page for somebody who was there before the second import."""
    reader.client.cookies["kb_visit"] = story.returning.cookies["kb_visit"].value
    reader.ask(["/"])
    reader.client.cookies["kb_theme"] = "dark"
    reader.ask(["/stats/", "/digests/", "/no-such/"])


def _post(reader: Reader) -> None:
    """Request the pages that only answer a POST, and that change no row."""
    for text in (*oddities.FILES.values(), b"x" * 300_000):
        reader.send("/editor/preview/", {"content": text.decode(errors="replace")})
    reader.send("/editor/upload/", {})
    reader.send("/theme/", {"theme": "dark", "next": "/stats/"})
    reader.send("/theme/", {"theme": "nonsense"})
    reader.send("/stats/", {})
    reader.send("/topics/1.json", {})


def _desk(most: int) -> Iterator[str]:
    """The desk: its lists, and the rows that have a history with all their versions."""
    yield "/admin/"
    yield "/admin/digests/"
    for page in _DESK:
        path, mark, query = page.partition("/?")
        yield f"/admin/digests/{path}/" + (f"?{query}" if mark else "")
    for row in _rows_at_desk(most):
        yield admin_page(row, "change")
        yield admin_page(row, "delete")
        yield admin_page(row, "history")
        if isinstance(row, Digest | Topic | Reference):
            for revision in row.revisions.order_by("pk"):
                yield f"{admin_page(row, 'history')}{revision.pk}/"
    for run_ in ImportRun.objects.order_by("pk"):
        for shown in ("created", "updated", "failed", "conflict", "warnings", "nonsense"):
            yield f"{admin_page(run_, 'change')}?show={shown}"


def _rows_at_desk(most: int) -> Iterator[Model]:
    for rows in (Digest.objects.all(), Topic.objects.all(), Reference.objects.all()):
        rows = rows.order_by("pk")
        yield from spread(rows.exclude(revisions=None).distinct(), most * 8)
        yield from spread(rows, most)
    yield from spread(Tag.objects.order_by("pk"), most)
    yield from spread(ImportedFile.objects.order_by("pk"), most)
    yield from Conflict.objects.order_by("pk")
    yield from ImportRun.objects.order_by("pk")


def _export(folder: Path, printed: dict[str, str]) -> None:
    """Export all digests, and collect what the commands print."""
    run("export_digests", "--output", str(folder / "export"))
    printed["export, check"] = run("export_digests", "--check", "files")
    for slug in Digest.objects.order_by("slug").values_list("slug", flat=True):
        printed[f"export of {slug} as JSON"] = run("export_digests", slug, "--format", "json")
    commands = folder / "commands"
    commands.mkdir()
    for name, text in printed.items():
        (commands / name).write_text(text.replace(', "', ',\n"'), encoding="utf-8", newline="")
    shutil.copytree("files", folder / "files")
