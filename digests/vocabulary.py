"""Kinds of points, references and more, and the labels that stand for a kind in a file.

A label is the word that an author wrote; a kind is the value that we store and filter by. Several
labels share a kind. An unknown label keeps its spelling and gets the kind ``OTHER``.
"""

from collections.abc import Collection
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class PointKind(TextChoices):
    """The kind of a point, a labelled bullet of a topic."""

    QUESTION = "question", pgettext_lazy("point kind", "Question")
    DISCUSSION = "discussion", pgettext_lazy("point kind", "Discussion")
    OPINION = "opinion", pgettext_lazy("point kind", "Opinion")
    CONCLUSION = "conclusion", pgettext_lazy("point kind", "Conclusion")
    METHOD = "method", pgettext_lazy("point kind", "Method")
    RESULT = "result", pgettext_lazy("point kind", "Result")
    CHALLENGE = "challenge", pgettext_lazy("point kind", "Challenge")
    IMPROVEMENT = "improvement", pgettext_lazy("point kind", "Improvement")
    DIRECTION = "direction", pgettext_lazy("point kind", "Direction")
    EXPERIENCE = "experience", pgettext_lazy("point kind", "Experience")
    OTHER = "other", pgettext_lazy("point kind", "Other")

    @classmethod
    def from_label(cls, label: str) -> "PointKind":
        return _POINT_KINDS.get(_fold(label), cls.OTHER)

    def anchor(self, ordinal: int) -> str:
        """The HTML id of a point: its kind, and its ``ordinal`` among those of its kind, from 1.

        A link to it survives when points of other kinds come, go or move.
        """
        name = "point" if self is PointKind.OTHER else self.value
        return name if ordinal == 1 else f"{name}-{ordinal}"


# Kinds of points that settle the question of their topic.
ANSWERS = frozenset({PointKind.CONCLUSION, PointKind.METHOD, PointKind.OPINION, PointKind.RESULT})


class ReferenceKind(TextChoices):
    """The kind of a reference: paper, code, data set …"""

    PAPER = "paper", pgettext_lazy("reference kind", "Paper")
    CODE = "code", pgettext_lazy("reference kind", "Code")
    DATASET = "dataset", pgettext_lazy("reference kind", "Dataset")
    MODEL = "model", pgettext_lazy("reference kind", "Model")
    DEMO = "demo", pgettext_lazy("reference kind", "Demo")
    BLOG = "blog", pgettext_lazy("reference kind", "Blog")
    ARTICLE = "article", pgettext_lazy("reference kind", "Article")
    PROJECT = "project", pgettext_lazy("reference kind", "Project")
    DOCUMENTATION = "documentation", pgettext_lazy("reference kind", "Documentation")
    VIDEO = "video", pgettext_lazy("reference kind", "Video")
    OTHER = "other", pgettext_lazy("reference kind", "Other")

    @classmethod
    def from_label(cls, label: str) -> "ReferenceKind":
        return _REFERENCE_KINDS.get(_fold(label), cls.OTHER)


class VotedField(TextChoices):
    """Fields of a reference on which its citations vote."""

    TITLE = "title"
    KIND = "kind"
    URL = "url"


class TagOrigin(TextChoices):
    """Who put a tag on a topic."""

    FILE = "file", pgettext_lazy("tag origin", "From the file")
    INFERRED = "inferred", pgettext_lazy("tag origin", "Inferred")
    EDITOR = "editor", pgettext_lazy("tag origin", "By an editor")


class TopicStatus(TextChoices):
    """The visibility of a topic. The row keeps its address and its history in every status."""

    LIVE = "live", pgettext_lazy("topic status", "Live")
    # Archived by an import whose file no longer had it, as no editor had changed it. Its page still
    # answers.
    ARCHIVED = "archived", pgettext_lazy("topic status", "Archived")
    # Deleted by an editor. No import brings it back.
    DELETED = "deleted", pgettext_lazy("topic status", "Deleted")


class QuestionState(TextChoices):
    """An editor's decision on a topic's question."""

    AUTOMATIC = "", pgettext_lazy("state of a question", "As its points say")
    OPEN = "open", pgettext_lazy("state of a question", "Open")
    SETTLED = "settled", pgettext_lazy("state of a question", "Settled")

    def is_open(self, kinds: Collection[str]) -> bool:
        """True if the question of a topic with points of these ``kinds`` is open."""
        if self is QuestionState.AUTOMATIC:
            return PointKind.QUESTION in kinds and ANSWERS.isdisjoint(kinds)
        return self is QuestionState.OPEN


class DocumentKind(TextChoices):
    """The kind of row that a search hit is."""

    TOPIC = "topic", pgettext_lazy("kind of a search hit", "Topic")
    DIGEST = "digest", pgettext_lazy("kind of a search hit", "Digest")
    TAG = "tag", pgettext_lazy("kind of a search hit", "Tag")
    REFERENCE = "reference", pgettext_lazy("kind of a search hit", "Reference")


class ConflictField(TextChoices):
    """A field in which a file's change and an editor's can conflict."""

    NUMBER = "number", pgettext_lazy("field", "Number")
    TITLE = "title", pgettext_lazy("field", "Title")
    BODY = "body", pgettext_lazy("field", "Text")
    PUBLISHED_AT = "published_at", pgettext_lazy("field", "Date")
    PREAMBLE = "preamble", pgettext_lazy("field", "Preamble")


class Settlement(TextChoices):
    """The decision that ended a conflict; `ITSELF` needed none."""

    MINE = "mine", pgettext_lazy("settlement", "The editor's version stays")
    THEIRS = "theirs", pgettext_lazy("settlement", "The file's version was taken")
    EDITED = "edited", pgettext_lazy("settlement", "A version of both was written")
    ITSELF = "itself", pgettext_lazy("settlement", "File and editor agree again")


class WarningCode(StrEnum):
    """A doubt about a file that is imported all the same. docs/commands.md explains each code."""

    TITLE_FROM_HEADING = "title-from-heading"
    TITLE_MISSING = "title-missing"
    DATE_FROM_NAME = "date-from-name"
    DATE_GUESSED = "date-guessed"
    ENCODING_GUESSED = "encoding-guessed"
    CONTROL_CHARACTER = "control-character"
    COMMENT_UNCLOSED = "comment-unclosed"
    TAG_TOO_LONG = "tag-too-long"
    NO_TOPICS = "no-topics"
    DUPLICATE_NUMBER = "duplicate-number"
    EMPTY_TOPIC = "empty-topic"
    BARE_NAME = "bare-name"
    BARE_IP = "bare-ip"
    URL_UNPARSABLE = "url-unparsable"
    LINK_LEFT_OUT = "link-left-out"
    FILE_RENAMED = "file-renamed"
    TOPIC_ARCHIVED = "topic-archived"
    TOPIC_GONE = "topic-gone"
    TOPIC_DELETED = "topic-deleted"
    CONFLICT = "conflict"


def is_reference_group(label: str) -> bool:
    """True if a bullet with this label opens a list of references, and is no point."""
    return _fold(label) in _REFERENCE_GROUPS


def _fold(label: str) -> str:
    return " ".join(label.split()).casefold()


_POINT_KINDS = {
    label: kind
    for kind, labels in {
        PointKind.QUESTION: "问题 question questions",
        PointKind.DISCUSSION: "讨论 discussion",
        PointKind.OPINION: "观点 opinion opinions view",
        PointKind.CONCLUSION: "结论 conclusion conclusions",
        PointKind.METHOD: "方法 method methods",
        PointKind.RESULT: "结果 result results",
        PointKind.CHALLENGE: "挑战 challenge challenges",
        PointKind.IMPROVEMENT: "改进 improvement improvements",
        PointKind.DIRECTION: "方向 direction directions",
        PointKind.EXPERIENCE: "经验 experience",
    }.items()
    for label in labels.split()
}

_REFERENCE_KINDS = {
    label: kind
    for kind, labels in {
        ReferenceKind.PAPER: "论文 paper papers",
        ReferenceKind.CODE: "代码 code repository",
        ReferenceKind.DATASET: "数据 数据集 data dataset datasets",
        ReferenceKind.MODEL: "模型 model models",
        ReferenceKind.DEMO: "demo 演示",
        ReferenceKind.BLOG: "博客 blog",
        ReferenceKind.ARTICLE: "文章 article",
        ReferenceKind.PROJECT: "项目 project",
        ReferenceKind.DOCUMENTATION: "文档 documentation docs",
        ReferenceKind.VIDEO: "视频 video",
    }.items()
    for label in labels.split()
}

_REFERENCE_GROUPS = {
    "相关引用",
    "相关工作",
    "相关资料",
    "参考",
    "参考资料",
    "参考文献",
    "引用",
    "references",
    "reference",
    "related work",
    "related works",
}
