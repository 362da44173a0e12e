"""Random stories of one digest: its file changes, editors change it, conflicts are decided.

Every change writes a word that is nowhere else, such as ``e17`` for an editor's or ``f3`` for a
file's, so that a word that is missing, or is there twice, tells what went wrong.

A story is invented by Hypothesis, which looks for the shortest one that fails, or told by its
number, which stands for the same steps in every version of this project (`told`).
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
)

from digests.changes import conflicts, editing
from digests.changes.snapshots import Snapshot, Texts
from digests.changes.tagging import tag_names
from digests.deriving import ReadDigest, derive, recount
from digests.exporting import digest_bytes
from digests.importing import Status
from digests.models import (
    Conflict,
    Digest,
    ImportedDigest,
    Reference,
    Revision,
    SearchDocument,
    Tag,
    Topic,
)
from digests.search import engines, index
from digests.search.engines import Collection
from digests.tests.files import edit_digest, edit_topic, import_text
from digests.tests.importing.steps import POSSIBLE_STEPS, step
from digests.vocabulary import QuestionState, Settlement, TopicStatus

LABELS = ["问题", "观点", "结论", "方法", "经验"]
SUBJECTS = ["RAG 检索", "偏好对齐", "长上下文", "模型量化", "数据清洗", "评测基准", "推理加速"]
MARKS = re.compile(r"\b[ef]\d+\b")

# Ways to number a topic, and what stands around a whole file.
NUMBERINGS = ("{}. ", "{}、", "（{}）", "话题{}：")
WRAPPINGS = ("{}", "\n\n{}", "<think>\n想一想\n</think>\n{}", "```markdown\n{}```\n", "\ufeff{}")

# The number of steps of a story; each takes some thirty milliseconds.
STEPS = 25

NUMBERS = range(1001)
CHANGES = ("change", "add", "remove", "move")


def marks(*texts: str) -> set[str]:
    return set(MARKS.findall("\n".join(texts)))


class Section:
    """A topic as the file has it."""

    def __init__(self, title: str, blocks: list[str]) -> None:
        self.title = title
        self.blocks = blocks

    def text(self, number: str) -> str:
        return f"## {number}{self.title}\n" + "".join(self.blocks) + "\n"


class Desk(RuleBasedStateMachine):
    """One digest, its file, and an editor."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.folder = tempfile.TemporaryDirectory()
        self.count = 0
        self.written: dict[int, set[str]] = {}  # editors' words, by topic
        self.dismissed: set[str] = set()  # files' words that an editor has seen and removed
        self.edited = False

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)
        self.folder.cleanup()

    # What there is

    @property
    def digest(self) -> Digest:
        return Digest.objects.get()

    def topic(self, pick: int) -> Topic | None:
        topics = list(Topic.objects.live().order_by("position"))
        return topics[pick % len(topics)] if topics else None

    def file_text(self) -> str:
        head = f"---\ntitle: {self.title}\ndate: 2024-07-11\ntags: [{', '.join(self.tags)}]\n---\n"
        sections = (
            section.text(self.numbering.format(number))
            for number, section in enumerate(self.sections, self.first_number)
        )
        return self.wrapping.format(head + self.preamble + "".join(sections))

    def new_mark(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def new_block(self, kind: str, pick: int) -> str:
        label, subject = LABELS[pick % len(LABELS)], SUBJECTS[pick % len(SUBJECTS)]
        text = f"{subject} {self.new_mark(kind)} 第 {pick} 次"
        paper = f"https://arxiv.org/abs/2302.0476{pick % 3}"
        note = pick % 3
        match pick % 13:
            case 0:
                return f"* **{label}**:\n    * {text}\n"
            case 1:
                return f"\n一段话说{text}\n\n"
            case 2:
                return f"* 相关引用:\n    * **论文**: [{text}]({paper})\n"
            case 3:
                page = f"https://github.com/example/repository-{pick % 2}"
                return f"\n一段话引用 [{text}]({page})，见<{paper}>。\n\n"
            case 4:
                # A definition serves the whole digest, and only the first one of its name counts.
                name = f"文{pick % 3}"
                return f"\n一段话引用 [{text}][{name}]\n\n[{name}]: {paper}\n\n"
            case 5:
                return f"\n**{label}**：{text}\n\n"
            case 6:
                return f"\n1. **{label}**: {text}\n\n"
            case 7:
                return f"* 💡 **{label}**（张三）: {text}\n"
            case 8:
                return f"\n### {label}\n\n{text}\n\n"
            case 9:
                return f"\n一段话{text}[^{note}]\n\n[^{note}]: 见 {paper}\n\n"
            case 10:
                return f"* 【{label}】{text}，\\(x_1\\)\n"
        return f"* **{label}**: {text}\n"

    def new_section(self, pick: int) -> Section:
        title = f"{SUBJECTS[pick % len(SUBJECTS)]}之 {self.new_mark('f')}"
        return Section(title, [self.new_block("f", pick + index) for index in range(pick % 3 + 1)])

    # The file

    @initialize(pick=st.sampled_from(NUMBERS))
    def begin(self, pick: int) -> None:
        self.title, self.preamble, self.tags, self.first_number = "日报", "前言\n\n", ["RAG"], 1
        self.numbering, self.wrapping = NUMBERINGS[0], WRAPPINGS[0]
        self.sections = [self.new_section(pick + index) for index in range(3)]
        self.removed: list[Section] = []
        self.import_file()

    def section(self, pick: int) -> Section | None:
        return self.sections[pick % len(self.sections)] if self.sections else None

    @step(pick=NUMBERS, block=NUMBERS, how=CHANGES)
    def file_changes_a_block(self, pick: int, block: int, how: str) -> None:
        section = self.section(pick)
        if section is not None:
            self.change_blocks(section.blocks, block, how, "f")

    def change_blocks(self, blocks: list[str], pick: int, how: str, kind: str) -> None:
        at = pick % (len(blocks) or 1)
        if how == "add" or not blocks:
            blocks.insert(at, self.new_block(kind, pick))
        elif how == "change":
            blocks[at] = self.new_block(kind, pick)
        elif how == "remove":
            del blocks[at]
        else:
            blocks.insert(pick % len(blocks), blocks.pop())

    @step(pick=NUMBERS, how=("add", "remove", "move", "retitle", "back"))
    def file_changes_a_topic(self, pick: int, how: str) -> None:
        at = pick % (len(self.sections) or 1)
        if how == "back" and self.removed:
            self.sections.insert(at, self.removed.pop())
        elif how == "add" or not self.sections:
            self.sections.insert(at, self.new_section(pick))
        elif how == "remove":
            self.removed.append(self.sections.pop(at))
        elif how == "move":
            self.sections.insert(pick % len(self.sections), self.sections.pop())
        else:
            self.sections[at].title = f"新标题 {self.new_mark('f')}"

    @step(pick=NUMBERS)
    def file_changes_its_head(self, pick: int) -> None:
        match pick % 4:
            case 0:
                self.title = f"日报 {self.new_mark('f')}"
            case 1:
                self.preamble = f"前言 {self.new_mark('f')}\n\n"
            case 2:
                self.tags = ["RAG", f"标签{pick % 5}"]
            case _:
                self.first_number = pick % 7

    @step(pick=NUMBERS)
    def file_changes_its_form(self, pick: int) -> None:
        self.numbering = NUMBERINGS[pick % len(NUMBERINGS)]
        self.wrapping = WRAPPINGS[pick % len(WRAPPINGS)]

    @step()
    def import_file(self) -> None:
        text = self.file_text()
        import_text(Path(self.folder.name), text, may_shrink=True)
        self.check_that_nothing_is_lost()
        before = self.rows()
        assert import_text(Path(self.folder.name), text).status is Status.UNCHANGED
        assert self.rows() == before
        if not self.edited:
            assert digest_bytes(Digest.objects.select_related("imported").get()).decode() == text

    def rows(self) -> list[Any]:
        models = (Digest, Topic, Conflict, Revision, ImportedDigest)
        return [list(model._default_manager.order_by("pk").values()) for model in models]

    def check_that_nothing_is_lost(self) -> None:
        rows = {topic.pk: topic for topic in Topic.objects.all()}
        for pk, written in self.written.items():
            if rows[pk].status != TopicStatus.DELETED:
                assert rows[pk].is_live or not written
                assert written <= marks(rows[pk].title, rows[pk].body)
        digest = self.digest
        known = [conflict.theirs for conflict in Conflict.objects.filter(settled_at=None)]
        known += [topic.title + "\n" + topic.body for topic in rows.values()]
        assert marks(self.file_text()) <= (
            marks(*known, digest.title, digest.preamble) | self.dismissed
        )

    # The editor

    def by_editor(self, topic: Topic, *seen: str) -> None:
        """An editor who saw these texts, and what the conflicts say, has decided what stays."""
        self.edited = True
        row = Topic.objects.get(pk=topic.pk)
        stands = marks(row.title, row.body)
        theirs = [conflict.theirs for conflict in row.conflicts.all()]
        self.dismissed |= marks(*seen, *theirs) - stands
        self.written[row.pk] = {mark for mark in stands if mark.startswith("e")}

    @step(pick=NUMBERS, block=NUMBERS, how=CHANGES)
    def editor_changes_a_block(self, pick: int, block: int, how: str) -> None:
        topic = self.topic(pick)
        if topic is not None:
            blocks = re.findall(r"[^\n]*\n|[^\n]+\Z", topic.body)
            self.change_blocks(blocks, block, how, "e")
            seen = topic.title + topic.body
            edit_topic(topic, body="".join(blocks))
            self.by_editor(topic, seen)

    @step(pick=NUMBERS, how=("retitle", "renumber", "tag", "ask", "move", "delete"))
    def editor_changes_a_topic(self, pick: int, how: str) -> None:
        topic = self.topic(pick)
        if topic is None:
            return
        seen = topic.title + topic.body
        if how == "retitle":
            edit_topic(topic, title=f"编辑的标题 {self.new_mark('e')}")
        elif how == "renumber":
            edit_topic(topic, number=pick % 50)
        elif how == "tag":
            edit_topic(topic, tags=[f"编辑标签{pick % 3}"])
        elif how == "ask":
            edit_topic(topic, question=list(QuestionState)[pick % 3])
        elif how == "move":
            editing.move_topic(topic, by=None, place=pick % 5 + 1)
        else:
            editing.delete_topics(Topic.objects.filter(pk=topic.pk), by=None)
        self.by_editor(topic, seen)

    @step(pick=NUMBERS)
    def editor_changes_the_digest(self, pick: int) -> None:
        self.edited = True
        digest = self.digest
        theirs = [conflict.theirs for conflict in digest.conflicts.all()]
        self.dismissed |= marks(digest.title, digest.preamble, *theirs)
        match pick % 3:
            case 0:
                edit_digest(digest, title=f"编辑的 {self.new_mark('e')}")
            case 1:
                edit_digest(digest, preamble=f"编辑的前言 {self.new_mark('e')}\n\n")
            case _:
                edit_digest(digest, tags=[*tag_names(digest)[1:], f"编辑标签{pick % 5}"])

    @step(lambda desk: Reference.objects.exists(), pick=NUMBERS)
    def editor_titles_a_reference(self, pick: int) -> None:
        references = list(Reference.objects.order_by("key"))
        title = "" if pick % 3 == 0 else f"第 {pick} 个题名"
        editing.save_reference(references[pick % len(references)], by=None, editor_title=title)

    @step(lambda desk: Revision.objects.filter(topic__isnull=False).exists(), pick=NUMBERS)
    def editor_restores_a_version(self, pick: int) -> None:
        revisions = list(Revision.objects.filter(topic__isnull=False).order_by("topic_id", "pk"))
        revision = revisions[pick % len(revisions)]
        topic = revision.topic
        assert topic is not None
        seen = topic.title + topic.body
        editing.restore(revision, by=None)
        self.by_editor(topic, seen)
        restored = Topic.objects.get(pk=topic.pk)
        assert restored.is_live
        assert restored.body == revision.values["body"]

    @step(
        lambda desk: Conflict.objects.open().exists(),
        pick=NUMBERS,
        how=(Settlement.MINE, Settlement.THEIRS),
    )
    def editor_decides_a_conflict(self, pick: int, how: Settlement) -> None:
        open_conflicts = sorted(
            Conflict.objects.open(), key=lambda conflict: (conflict.topic_id or 0, conflict.field)
        )
        conflict = open_conflicts[pick % len(open_conflicts)]
        theirs = conflicts.sides(conflict).theirs
        row = conflict.row
        seen = str(getattr(row, conflict.field))
        editing.settle_conflict(conflict, how, by=None)
        assert not Conflict.objects.open().filter(pk=conflict.pk).exists()
        if how is Settlement.THEIRS:
            row.refresh_from_db()
            assert getattr(row, conflict.field) == theirs
        if isinstance(row, Topic):
            self.by_editor(row, conflict.theirs, seen)
        else:
            self.dismissed |= marks(conflict.theirs, seen)

    # What holds after each step

    @invariant()
    def no_word_stands_twice(self) -> None:
        # A section with another title and mostly another text is another topic; what an editor
        # changed of the old one is kept then, and flagged as gone from the file.
        live = Topic.objects.live().filter(imported__position__isnull=False)
        found = MARKS.findall("\n".join(f"{topic.title}\n{topic.body}" for topic in live))
        assert len(found) == len(set(found))

    @invariant()
    def topics_are_in_order(self) -> None:
        topics = Topic.objects.live().order_by("position")
        assert [topic.position for topic in topics] == list(range(len(topics)))

    @invariant()
    def what_is_derived_is_up_to_date(self) -> None:
        for digest in Digest.objects.all():
            assert derive([ReadDigest.from_rows(digest)]) == 0
        assert recount() == 0
        assert (
            index.refresh(
                digests=Digest.objects.values_list("pk", flat=True),
                tags=Tag.objects.values_list("pk", flat=True),
                references=Reference.objects.values_list("pk", flat=True),
            )
            == 0
        )
        known = SearchDocument.objects.filter(collection=Collection.TOPICS).order_by("place")
        places = list(known.values_list("place", flat=True))
        assert engines.current().document_ids(Collection.TOPICS) == places
        assert len(places) == Topic.objects.live().count()

    @invariant()
    def the_newest_version_is_what_stands(self) -> None:
        digests = Texts(digests=set(Digest.objects.values_list("pk", flat=True)))
        for (table, pk), values in Snapshot.of(digests).values.items():
            newest = Revision.objects.filter(**{f"{table}_id": pk}).first()
            assert newest is None or newest.values == values


@contextmanager
def told(story: int) -> Iterator[None]:
    """Tell the story of this number, up to an import; what it left can be read until the end.

    Seeds of Hypothesis would not do: it also draws constants that it finds in the source, so that
    another source is another story. The invariants are left to Hypothesis, as they also mend what
    they check.
    """
    random = Random(story)  # noqa: S311 - nothing secret here
    desk = Desk()
    try:
        desk.begin(random.choice(NUMBERS))
        for _ in range(STEPS):
            possible = [step for step in POSSIBLE_STEPS if step.is_possible(desk)]
            chosen = random.choice(possible)
            values = {name: random.choice(known) for name, known in chosen.values.items()}
            getattr(desk, chosen.name)(**values)
        desk.import_file()
        yield
    finally:
        desk.teardown()
