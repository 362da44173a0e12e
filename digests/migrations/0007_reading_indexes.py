"""Indexes and counts that pages read.

Pages leave hidden topics out by their ids. Without the status in their index SQLite read that of all
topics for each such query.
"""

from typing import Any

from django.db import migrations, models

KINDS = [
    *("question", "discussion", "opinion", "conclusion", "method", "result"),
    *("challenge", "improvement", "direction", "experience", "other"),
]


def count_points(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    points = apps.get_model("digests", "Point").objects.using(alias)
    live = points.filter(topic__status="live").order_by().values_list("kind")
    count = apps.get_model("digests", "PointCount")
    count.objects.using(alias).bulk_create(
        count(kind=kind, count=number) for kind, number in live.annotate(models.Count("pk"))
    )


class Migration(migrations.Migration):
    dependencies = [("digests", "0006_lean_index")]

    operations = [
        migrations.RemoveIndex("topic", name="topic_hidden"),
        migrations.AddIndex(
            "topic",
            models.Index(
                fields=["id", "status"],
                condition=models.Q(("status", "live"), _negated=True),
                name="topic_hidden",
            ),
        ),
        migrations.RemoveIndex("topic", name="topic_open"),
        migrations.AddIndex(
            "topic",
            models.Index(
                fields=["id", "status"],
                condition=models.Q(("is_open", True)),
                name="topic_open",
            ),
        ),
        migrations.AddIndex(
            "point",
            models.Index(
                fields=["label", "topic"],
                condition=models.Q(("kind", "other")),
                name="point_other_label",
            ),
        ),
        migrations.AddIndex(
            "reference",
            models.Index(
                models.F("kind"),
                models.F("topic_count").desc(),
                models.F("id"),
                name="reference_of_kind",
            ),
        ),
        migrations.CreateModel(
            name="PointCount",
            fields=[
                (
                    "kind",
                    models.CharField(
                        choices=[(kind, kind.capitalize()) for kind in KINDS],
                        max_length=20,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "number of points",
                "verbose_name_plural": "numbers of points",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", KINDS)), name="point_count_kind"
                    )
                ],
            },
        ),
        migrations.RunPython(count_points, migrations.RunPython.noop),
    ]
