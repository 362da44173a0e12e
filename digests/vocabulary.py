"""The words of a digest: labels as chat groups write them, and the kinds that they stand for.

A kind is what we store and filter by; a label is what the author wrote. Many labels share a
kind, a label that nobody has seen keeps its spelling and gets the kind ``OTHER``.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PointKind(TextChoices):
    """What a labelled bullet of a topic says."""

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


class ReferenceKind(TextChoices):
    """What a reference points at."""

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


class TagOrigin(TextChoices):
    """Who put a tag on a topic."""

    FILE = "file", pgettext_lazy("tag origin", "From the file")
    INFERRED = "inferred", pgettext_lazy("tag origin", "Inferred")
    EDITOR = "editor", pgettext_lazy("tag origin", "By an editor")


class WarningCode(TextChoices):
    """What may look wrong in a file that goes in all the same. The codes are an interface."""

    TITLE_FROM_HEADING = "title-from-heading", _("the title is that of the first heading")
    TITLE_MISSING = "title-missing", _("no title: the name of the file is used")
    DATE_FROM_NAME = "date-from-name", _("the date is that in the name of the file")
    DATE_GUESSED = "date-guessed", _("no date: the file's modification time is used")
    ENCODING_GUESSED = "encoding-guessed", _("the text is no UTF-8; it was read as GB18030")
    CONTROL_CHARACTER = "control-character", _("a control character is shown as �")
    TAG_TOO_LONG = "tag-too-long", _("a tag is too long and was left out")
    NO_TOPICS = "no-topics", _("there is no topic in it")
    DUPLICATE_NUMBER = "duplicate-number", _("two topics have one number")
    EMPTY_TOPIC = "empty-topic", _("a topic has no text")
    BARE_NAME = "bare-name", _("a reference is only a name, without an address")
    URL_UNPARSABLE = "url-unparsable", _("an address cannot be read and stays a text")
    BARE_IP = "bare-ip", _("an address has an IP number for a host and may not last")
    TOPIC_GONE = "topic-gone", _("a topic left the file and was kept")
    TOPIC_DELETED = "topic-deleted", _("a topic that an editor deleted has another text now")
    CONFLICT = "conflict", _("the file and an editor changed the same text")


def is_reference_group(label: str) -> bool:
    """Whether a bullet with this label opens a list of references rather than a point."""
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
