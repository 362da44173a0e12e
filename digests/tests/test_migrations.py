"""What migrations fill in for rows from before them equals what is derived today."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from digests.models import Tag, Topic
from digests.tests import builders

pytestmark = pytest.mark.django_db


def _migration(name: str) -> Any:
    return import_module(f"digests.migrations.{name}")


def test_open_questions_are_found() -> None:
    digest = builders.digest()
    bodies = ["问题", "问题 讨论", "问题 结论", "问题 方法", "问题 观点", "问题 结果", "结论", ""]
    for labels in bodies:
        builders.topic(digest, body="".join(f"* **{label}**: 甲\n" for label in labels.split()))
    derived = dict(Topic.objects.values_list("pk", "is_open"))
    Topic.objects.update(is_open=False)
    _migration("0011_reading_rows").find_open_questions(apps, None)
    assert dict(Topic.objects.values_list("pk", "is_open")) == derived
    assert list(derived.values()).count(True) == 2


def test_tags_get_their_places_by_name() -> None:
    for name in ("检索", "RAG", "4-bit"):
        builders.tag(name)
    derived = dict(Tag.objects.values_list("name", "sort_key"))
    Tag.objects.update(sort_key="")
    _migration("0011_reading_rows").fill_sort_keys(apps, None)
    assert dict(Tag.objects.values_list("name", "sort_key")) == derived
    assert derived["检索"] == "jiansuo"
