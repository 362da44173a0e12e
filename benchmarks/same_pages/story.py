"""Content of a snapshot's database: imports, a day of editors' work, and more imports.

Editors work through the admin's forms, so that the story runs on trees with other modules.
"""

from io import StringIO
from pathlib import Path

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from benchmarks.same_pages import oddities, texts
from benchmarks.same_pages.environment import Clock
from benchmarks.same_pages.forms import Desk
from digests.models import Conflict, Digest, Reference, Tag, Topic

EDITOR = "editor"
BY_EDITOR = "（编辑改过）"
BY_FILE = "（文件改过）"
NEW = """\
---
title: 第二次导入的新文件
date: 2026-08-02T20:00:00+08:00
tags: [RAG]
---
## 1. 新的问题
* **问题**: RAG 的显存怎么省？
"""


class Story:
    """Tells its chapters in their order; what commands print is kept in ``printed``.

    ``files`` is relative to the working directory, because reports of imports show paths.
    """

    def __init__(self, files: Path, clock: Clock) -> None:
        self.files = files
        self.clock = clock
        self.printed: dict[str, str] = {}
        self.returning = Client()

    def tell(self) -> None:
        self.printed["import 1"] = run("import_digests", str(self.files), "--quiet")
        self._open_desk()
        self.returning.get("/")
        self.clock.wait(days=1)
        self._edit_topics()
        self._edit_others()
        self.clock.wait(days=2)
        self._change_files()
        plan = ["import_digests", str(self.files), "--dry-run"]
        self.printed["import 2, plan"] = run(*plan)
        self.printed["import 2, plan as JSON"] = run(*plan, "--format", "json")
        self.printed["import 2"] = run("import_digests", str(self.files))
        self.clock.wait(days=3)
        self._settle()
        self._restore()
        self.printed["rebuild"] = run("rebuild", "--stale")
        self.clock.wait(days=5)

    def _open_desk(self) -> None:
        editor = User.objects.create_superuser(EDITOR)
        self.desk = Desk(editor)

    def _edit_topics(self) -> None:
        self._edit_body(0, 0)
        self._edit_topic(0, 1, title="编辑的标题 *斜体*", number="77")
        for position in (0, 1, 2):
            self._edit_body(1, position)
        self._edit_topic(3, 0, question="open")
        self._edit_topic(3, 1, question="settled")
        self._edit_topic(4, 0, tag_names="RAG, 编辑的标签, C++")
        self._edit_topic(4, 1, place="3")
        self._edit_topic(4, 2, body=oddities.MARKUP.partition("## 01")[2].partition("\n")[2][:300])
        self._edit_body(6, 2)
        self._delete(topic_of(5, 0))
        self._delete(topic_of(5, 1))

    def _edit_others(self) -> None:
        self._edit_digest(2, title="编辑的摘要标题", published_at="2026-07-01 12:34:56")
        self._edit_digest(2, tag_names="RAG, LoRA, 编辑的标签")
        self._edit_digest(9, preamble="编辑的前言，见 https://arxiv.org/abs/2401.00001 。\n\n")
        cited = Reference.objects.order_by("-topic_count", "pk")
        for number, reference in enumerate(cited[:3]):
            self.desk.change(change_page(reference), editor_title=f"编辑的题名 {number} <b>")
        used = list(Tag.objects.order_by("-topic_count", "name"))
        self.desk.change(change_page(used[1]), name=f"{used[1].name}（改名）")
        self._delete(used[len(used) // 2])
        self._delete(digest(8))

    def _change_files(self) -> None:
        first, second, mixed = (self._file(number) for number in (0, 1, 2))
        for path, position in [(first, 0), (second, 1), (second, 2)]:
            line = longest_line(self._was(path, position))
            texts.change(path, line, line + BY_FILE)
        texts.change(second, "## 1. ", f"序言{BY_FILE}\n\n## 1. ")
        title = heading(self._was(first, 1))
        texts.change(first, title, title + BY_FILE)
        texts.change(mixed, "T09:30:00", "T10:30:00")
        texts.change(self._file(9), "## 1. ", f"文件的前言{BY_FILE}\n\n## 1. ")
        gone = self._file(6)
        for section in [self._was(gone, 1), self._was(gone, 2)]:
            texts.change(gone, section, "")
        self._file(7).rename(self.files / "generated-007-renamed.md")
        self._file(8).unlink()
        texts.write(self.files / "new.md", NEW)

    def _settle(self) -> None:
        """Two of the conflicts; the others stay open."""
        for position, how in [(1, "theirs"), (2, "edited")]:
            conflict = Conflict.objects.get(topic=topic_of(1, position), field="body")
            address = change_page(conflict)
            fields = self.desk.fields(address)
            body = fields["body"].rstrip() + "（两者）\r\n"
            self.desk.send(address, {**fields, "body": body, "how": how})

    def _restore(self) -> None:
        hidden = topic_of(5, 1)
        renamed = Reference.objects.exclude(editor_title="").order_by("-pk")[0]
        for row in (hidden, renamed):
            first = row.revisions.order_by("pk")[0]
            self.desk.send(f"{admin_page(row, 'history')}{first.pk}/", {})

    def stage(self) -> str:
        """Send a text to the desk without confirming it. Returns the address of its preview."""
        address = reverse("admin:digests_importrun_add")
        fields = self.desk.fields(address)
        fields.pop("uploads", None)
        return self.desk.send(address, {**fields, "text": oddities.PASTED, "name": "pasted.md"})

    def _edit_body(self, number: int, position: int) -> None:
        topic = topic_of(number, position)
        line = longest_line(topic.body)
        self.desk.change(change_page(topic), body=topic.body.replace(line, line + BY_EDITOR))

    def _edit_topic(self, digest_number: int, position: int, **values: str) -> None:
        self.desk.change(change_page(topic_of(digest_number, position)), **values)

    def _edit_digest(self, digest_number: int, **values: str) -> None:
        self.desk.change(change_page(digest(digest_number)), **values)

    def _delete(self, row: Digest | Tag | Topic) -> None:
        self.desk.send(admin_page(row, "delete"), {"post": "yes"})

    def _file(self, number: int) -> Path:
        return self.files / texts.generated_name(number)

    def _was(self, path: Path, position: int) -> str:
        """A section of a generated file."""
        parts = path.read_text(encoding="utf-8").split("## ")
        return "## " + parts[position + 1]


def run(name: str, *arguments: str) -> str:
    """Run a management command; returns its output, with the exit status if it fails."""
    out = StringIO()
    try:
        call_command(name, *arguments, stdout=out, stderr=out)
    except SystemExit as stopped:
        out.write(f"exit status {stopped.code}\n")
    return out.getvalue()


def digest(number: int) -> Digest:
    return Digest.objects.get(slug=texts.generated_name(number).removesuffix(".md"))


def topic_of(number: int, position: int) -> Topic:
    """A topic of a generated digest by its place in the file as first imported."""
    return digest(number).topics.order_by("pk")[position]


def longest_line(text: str) -> str:
    return max(text.splitlines(), key=len)


def heading(section: str) -> str:
    return section.partition("\n")[0]


def change_page(row: Model) -> str:
    return admin_page(row, "change")


def admin_page(row: Model, page: str) -> str:
    return reverse(f"admin:digests_{row._meta.model_name}_{page}", args=[row.pk])
