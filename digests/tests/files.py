"""Digest files for tests, and short helpers to import and to edit them."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User

from digests.changes import editing
from digests.changes.tagging import tag_names
from digests.importing import FileReport, find_sources, import_sources
from digests.models import Digest, Topic

SEED = Path(settings.BASE_DIR) / "seeds" / "2024-07-10.md"

SMALL = """---
title: 小结
date: 2024-07-11T09:00:00+08:00
tags: [RAG, MCTS]
---
前言，见 [博客](https://example.org/blog)。

## 1. 在 RAG 中检索
* **问题**: 召回率低
* **结论**: 用混合检索
* 相关引用:
  * **论文**: [Toolformer](https://arxiv.org/abs/2302.04761v2)

## 2. 其他
* **经验**: 先看数据
"""


def import_text(
    folder: Path, text: str | bytes = SMALL, *, name: str = "2024-07-11.md", **options: bool
) -> FileReport:
    """Write a text as a file into ``folder`` and import it."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return import_path(path, **options)


def import_path(path: Path, *, dry_run: bool = False, may_shrink: bool = False) -> FileReport:
    sources = find_sources([str(path)])
    (report,) = import_sources(
        sources, origin="test", dry_run=dry_run, may_shrink=lambda _source: may_shrink
    )
    return report


def only_digest() -> Digest:
    return Digest.objects.get()


def edit_topic(topic: Topic, *, by: User | None = None, **changes: Any) -> Topic:
    """Save a topic as an editor who changes only these fields; returns it as stored."""
    values = {
        "number": topic.number,
        "title": topic.title,
        "body": topic.body,
        "tags": [tag.name for tag in topic.own_tags],
    }
    editing.save_topic(topic, by=by, **{**values, **changes})
    return Topic.objects.get(pk=topic.pk)


def edit_digest(digest: Digest, **changes: Any) -> Digest:
    values = {
        "title": digest.title,
        "published_at": digest.published_at,
        "preamble": digest.preamble,
        "tags": tag_names(digest),
    }
    editing.save_digest(digest, by=None, **{**values, **changes})
    return Digest.objects.get(pk=digest.pk)
