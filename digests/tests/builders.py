"""Builders of rows with readable defaults, which use the models alone.

Derived columns (HTML, counts) are filled as `importing` and `editing` would, for pages to show.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import format_html

from digests import identity, models, rendering, text
from digests.parsing import parse_body
from digests.vocabulary import PointKind, QuestionState, ReferenceKind

DAY = datetime(2024, 7, 10, 19, 31, 56, tzinfo=ZoneInfo("Asia/Shanghai"))
BODY = "* **问题**: 状态的卡间通信会不会成为瓶颈\n* **结论**: 卡多时不会\n"


def digest(slug: str = "2024-07-10", *, tags: Sequence[str] = (), **fields: Any) -> models.Digest:
    preamble = fields.setdefault("preamble", "")
    fields.setdefault("title", f"摘要 {slug}")
    fields.setdefault("published_at", DAY)
    rendered = rendering.render(parse_body(preamble))
    fields.setdefault("preamble_html", rendered.html)
    fields.setdefault("preamble_text", rendered.plain)
    row = models.Digest.objects.create(slug=slug, **fields)
    for name in tags:
        models.TaggedDigest.objects.create(content_object=row, tag=tag(name))
    return row


def digests(count: int, *, before: int = 0, **fields: Any) -> list[models.Digest]:
    """Digests of consecutive days, newest first; ``before`` is the number of days built already."""
    days = [DAY - timedelta(days=before + age) for age in range(count)]
    return [digest(f"{day:%Y-%m-%d}", published_at=day, **fields) for day in days]


def topic(
    of: models.Digest, title: str = "Adam 优化器", *, tags: Sequence[str] = (), **fields: Any
) -> models.Topic:
    position = fields.setdefault("position", of.topics.count())
    number = fields.setdefault("number", position + 1)
    fields.setdefault("heading", f"## {number}. {title}\n")
    body = fields.setdefault("body", BODY)
    rendered = rendering.render(parse_body(body))
    fields.setdefault("parts", rendered.parts)
    fields.setdefault("prose", rendered.prose)
    state = QuestionState(fields.get("question", ""))
    fields.setdefault("is_open", state.is_open({point.kind for point in rendered.points}))
    row = models.Topic.objects.create(digest=of, title=title, **fields)
    for position, point in enumerate(rendered.points):
        models.Point.objects.create(topic=row, position=position, **asdict(point))
        if row.is_live:
            _count_point(point.kind)
    for name in tags:
        used = tag(name)
        models.TaggedTopic.objects.create(content_object=row, tag=used)
        used.topic_count = used.tagged_topics.count()
        used.save()
    return row


def _count_point(kind: PointKind) -> None:
    counted, _ = models.PointCount.objects.get_or_create(kind=kind, defaults={"count": 0})
    counted.count += 1
    counted.save()


def tag(name: str = "RAG") -> models.Tag:
    row: models.Tag
    row, _ = models.Tag.objects.get_or_create(name=name, defaults={"slug": text.slug(name)})
    return row


def reference(key: str = "arxiv:2305.16367", **fields: Any) -> models.Reference:
    fields.setdefault("kind", ReferenceKind.PAPER)
    fields.setdefault("cited_title", "Toolformer")
    fields.setdefault("url", "https://arxiv.org/abs/2305.16367")
    fields.setdefault("host", identity.host(fields["url"]))
    return models.Reference.objects.create(key=key, **fields)


def citation(
    by: models.Topic | models.Digest, of: models.Reference, **fields: Any
) -> models.Citation:
    """A citation as the only entry of its list; ``item=None`` makes it a link in running text."""
    position = fields.setdefault("position", by.citations.count())
    item = fields.setdefault("item", position)
    label = fields.setdefault("label", "论文" if item is not None else "")
    fields.setdefault("kind", ReferenceKind.from_label(label) if label else of.kind)
    title = fields.setdefault("title", of.title)
    url = fields.setdefault("url", of.url)
    if item is not None:
        fields.setdefault("html", format_html('<a href="{}">{}</a>', url, title))
        fields.setdefault("text", f"{label} {title}")
    place = "topic" if isinstance(by, models.Topic) else "digest"
    row = models.Citation.objects.create(**{place: by}, reference=of, **fields)
    of.topic_count = of.citations.filter(topic__isnull=False).values("topic").distinct().count()
    of.save()
    return row
