"""Kinds of points, references and more, and the labels that stand for a kind in a file.

A label is the word that an author wrote; a kind is the value that we store and filter by. Several
labels share a kind. An unknown label keeps its spelling and gets the kind ``OTHER``.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from enum import StrEnum
from functools import lru_cache

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
        """The kind that a label names, as ``问题``, ``核心问题 2``, ``💡 问题（待定）`` do."""
        *names, last = _names(label)
        narrowed = _NARROWED.fullmatch(last)
        names += [last, narrowed["word"] if narrowed else last]
        if found := next(filter(None, map(_POINT_KINDS.get, names)), None):
            return found
        parts = _IN_TWO_LANGUAGES.split(last)
        kinds = {cls.from_label(part) for part in parts} if len(parts) == 2 else set()
        return kinds.pop() if len(kinds) == 1 else cls.OTHER

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
        found = (_REFERENCE_KINDS.get(name) for name in _names(label))
        return next(filter(None, found), cls.OTHER)


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
    EDITOR_TITLE = "editor_title", pgettext_lazy("field", "Title of a reference")


class Settlement(TextChoices):
    """The decision that ended a conflict; `ITSELF` needed none."""

    MINE = "mine", pgettext_lazy("settlement", "The editor's version stays")
    THEIRS = "theirs", pgettext_lazy("settlement", "The file's version was taken")
    EDITED = "edited", pgettext_lazy("settlement", "A version of both was written")
    ITSELF = "itself", pgettext_lazy("settlement", "File and editor agree again")


class WarningCode(StrEnum):
    """A doubt about a file that is imported all the same. docs/commands.md explains each code."""

    FILE_FENCED = "file-fenced"
    BEFORE_FRONT_MATTER = "before-front-matter"
    TITLE_FROM_HEADING = "title-from-heading"
    TITLE_MISSING = "title-missing"
    DATE_FROM_NAME = "date-from-name"
    DATE_GUESSED = "date-guessed"
    ENCODING_GUESSED = "encoding-guessed"
    CONTROL_CHARACTER = "control-character"
    COMMENT_UNCLOSED = "comment-unclosed"
    TAG_TOO_LONG = "tag-too-long"
    NO_TOPICS = "no-topics"
    FEW_TOPICS = "few-topics"
    DUPLICATE_NUMBER = "duplicate-number"
    EMPTY_TOPIC = "empty-topic"
    NO_POINTS = "no-points"
    EMPTY_POINT = "empty-point"
    LABEL_NOT_READ = "label-not-read"
    BARE_NAME = "bare-name"
    BARE_IP = "bare-ip"
    URL_UNPARSABLE = "url-unparsable"
    LINK_LEFT_OUT = "link-left-out"
    FILE_RENAMED = "file-renamed"
    TOPIC_ARCHIVED = "topic-archived"
    TOPIC_GONE = "topic-gone"
    TOPIC_DELETED = "topic-deleted"
    CONFLICT = "conflict"


class ErrorCode(StrEnum):
    """An error of a file that programs may want to tell from others. docs/commands.md explains each
    code."""

    SHRINKS = "shrinks"


def is_reference_group(label: str) -> bool:
    """True if a bullet with this label opens a list of references, and is no point."""
    return any(name in _REFERENCE_GROUPS for name in _names(label))


def _names(label: str) -> Sequence[str]:
    """The names by which a label is looked up: itself, without what is in brackets at its end, and
    without a number."""
    return _kept_names(label) if len(label) <= _LONGEST_KEPT else _read_names(label)


def _read_names(label: str) -> Sequence[str]:
    name = " ".join(unicodedata.normalize("NFKC", _UNSPOKEN.sub("", label)).split()).casefold()
    without_aside = _ASIDE.sub("", name)
    return name, without_aside, _NUMBER.sub("", without_aside)


# A digest has the same few labels at most of its bullets; a paragraph may be asked for as well.
_LONGEST_KEPT = 100
_kept_names = lru_cache(1024)(_read_names)

# Signs of a label that nobody speaks: emoji, their selectors, blanks of no width, quotes.
_UNSPOKEN = re.compile(
    '[0-9#*]\ufe0f?\u20e3|["“”「」『』【】`＊\u2190-\u2bff\u3030\U0001f000-\U0001faff\ufe0f\u200b-\u200f\u2060\ufeff]'
)
_ASIDE = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])$")
# 问题/Question, 问题 Question
_IN_TWO_LANGUAGES = re.compile(
    r"\s*[/|]\s*|(?<=[^\W\da-z_])\s+(?=[a-z])|(?<=[a-z])\s+(?=[^\W\da-z_])"
)
_NUMBER = re.compile(r"\s*#?(?:\d{1,3}|[一二三四五六七八九十]{1,2})$")
# What narrows a Chinese label down: 核心结论 is a conclusion, 问题描述 a question.
_NARROWED = re.compile(
    "(?:核心|主要|关键|關鍵|重要|最终|最終|初步|典型|实验|實驗)?"
    "(?P<word>.{2,4}?)(?:描述|说明|說明|要点|要點|总结|總結|小结)?"
)

_POINT_KINDS = {
    label: kind
    for kind, labels in {
        PointKind.QUESTION: "问题 問題 提问 疑问 question questions q",
        PointKind.DISCUSSION: "讨论 討論 discussion discussions",
        PointKind.OPINION: "观点 觀點 看法 opinion opinions view views",
        PointKind.CONCLUSION: "结论 結論 总结 總結 小结 回答 答案 conclusion conclusions"
        " summary answer answers a",
        PointKind.METHOD: "方法 解决方案 解決方案 method methods solution solutions",
        PointKind.RESULT: "结果 結果 result results",
        PointKind.CHALLENGE: "挑战 挑戰 challenge challenges",
        PointKind.IMPROVEMENT: "改进 改進 improvement improvements",
        PointKind.DIRECTION: "方向 direction directions",
        PointKind.EXPERIENCE: "经验 經驗 experience experiences",
    }.items()
    for label in labels.split()
}

_REFERENCE_KINDS = {
    label: kind
    for kind, labels in {
        ReferenceKind.PAPER: "论文 論文 paper papers",
        ReferenceKind.CODE: "代码 代碼 code repository",
        ReferenceKind.DATASET: "数据 数据集 數據 數據集 data dataset datasets",
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
    "相关链接",
    "相关论文",
    "参考",
    "参考资料",
    "参考文献",
    "参考链接",
    "引用",
    "相關引用",
    "相關連結",
    "參考資料",
    "參考文獻",
    "references",
    "reference",
    "related work",
    "related works",
    "links",
    "related links",
    "sources",
    "further reading",
}
