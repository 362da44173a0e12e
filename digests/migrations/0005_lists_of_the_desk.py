"""What the admin counts and lists has columns and indexes: what became of a file, and topics that
are gone from their file."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

BATCH = 500


def fill(apps: Any, schema_editor: Any) -> None:
    files = apps.get_model("digests", "ImportedFile").objects.using(schema_editor.connection.alias)
    rows: Iterator[Any] = files.only("reports").iterator(BATCH)
    while some := list(islice(rows, BATCH)):
        for row in some:
            report = next(iter(row.reports.values()))  # only messages differ between languages
            row.status = report["status"]
            row.has_warnings = bool(report["warnings"])
            in_digest = report.get("digest_outcome") == "conflict"  # older versions lack the key
            row.has_conflicts = bool(report["topics"]["conflicts"]) or in_digest
        files.bulk_update(some, ["status", "has_warnings", "has_conflicts"])


class Migration(migrations.Migration):
    dependencies = [("digests", "0004_votes")]

    operations = [
        migrations.AddField(
            "importedfile",
            "status",
            models.CharField("outcome", max_length=10, default="", editable=False),
            preserve_default=False,
        ),
        migrations.AddField(
            "importedfile", "has_conflicts", models.BooleanField(default=False, editable=False)
        ),
        migrations.AddField(
            "importedfile", "has_warnings", models.BooleanField(default=False, editable=False)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "importedfile",
            models.Index(
                fields=["run", "status", "has_conflicts", "has_warnings"],
                name="imported_file_outcomes",
            ),
        ),
        migrations.AlterField(
            "importedfile",
            "run",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="files",
                to="digests.importrun",
                verbose_name="import run",
            ),
        ),
        migrations.AddIndex(
            "importedtopic",
            models.Index(
                condition=models.Q(("position", None)),
                fields=["topic"],
                name="imported_topic_gone",
            ),
        ),
    ]
