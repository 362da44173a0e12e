"""Fills the columns of 0010 that are derived, as `rebuild` would."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Exists, OuterRef

from digests import identity
from digests.pinyin import sort_key

_ANSWERS = ["conclusion", "method", "opinion", "result"]
_BATCH = 1_000


def find_open_questions(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """No editor can have marked a question before this."""
    topics = apps.get_model("digests", "Topic").objects
    points = apps.get_model("digests", "Point").objects.filter(topic=OuterRef("pk"))
    topics.filter(
        Exists(points.filter(kind="question")), ~Exists(points.filter(kind__in=_ANSWERS))
    ).update(is_open=True)


def fill_sort_keys(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    tags = apps.get_model("digests", "Tag").objects
    rows = list(tags.only("pk", "name"))
    for row in rows:
        row.sort_key = sort_key(row.name)
    tags.bulk_update(rows, ["sort_key"], batch_size=_BATCH // 2)


def fill_hosts(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    references = apps.get_model("digests", "Reference").objects.order_by("pk")
    last = 0
    while batch := list(references.filter(pk__gt=last)[:_BATCH]):
        last = batch[-1].pk
        stale = [row for row in batch if row.url]
        for row in stale:
            row.host = identity.host(row.url)
        # An upsert of whole rows: ten times as fast as `bulk_update`.
        references.bulk_create(
            stale, update_conflicts=True, unique_fields=["pk"], update_fields=["host"]
        )


class Migration(migrations.Migration):
    dependencies = [("digests", "0010_reading")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop)
        for fill in (find_open_questions, fill_sort_keys, fill_hosts)
    ]
