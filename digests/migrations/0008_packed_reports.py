"""The report of a file is stored once instead of once for each language, without what its columns
and its topics say."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import migrations

import digests.models.json_values

BATCH = 500
TELL_THEMSELVES = {"created", "unchanged"}


def pack(apps: Any, schema_editor: Any) -> None:
    files = apps.get_model("digests", "ImportedFile").objects.using(schema_editor.connection.alias)
    rows: Iterator[Any] = files.only("reports").iterator(BATCH)
    while some := list(islice(rows, BATCH)):
        for row in some:
            row.packed = packed(row.reports)
        files.bulk_update(some, ["packed"])


def packed(reports: dict[str, Any]) -> dict[str, Any]:
    """``reports``: those of one file by language, which differ in their messages alone."""
    report: dict[str, Any] = next(iter(reports.values()), {})

    def messages(note: str, index: int | None = None) -> dict[str, str]:
        notes = {language: each[note] for language, each in reports.items()}
        return {
            language: (each if index is None else each[index])["message"]
            for language, each in notes.items()
        }

    # Reports of older versions lack the last two keys.
    parts = {
        "digest": report.get("digest"),
        "topics": {name: count for name, count in report.get("topics", {}).items() if count},
        "warnings": [
            [note["line"], note["code"], messages("warnings", index)]
            for index, note in enumerate(report.get("warnings", []))
        ],
        "error": report.get("error") and [report["error"]["line"], messages("error")],
        "digest_outcome": report.get("digest_outcome"),
        "changes": [
            [each["outcome"], each["topic"]]
            + ([] if each["topic"] and each["outcome"] in TELL_THEMSELVES else [each["title"]])
            for each in report.get("changes", [])
        ],
    }
    return {name: value for name, value in parts.items() if value}


class Migration(migrations.Migration):
    dependencies = [("digests", "0007_reading_indexes")]

    operations = [
        migrations.AddField(
            "importedfile",
            "packed",
            digests.models.json_values.CompressedJSONField(default=dict, editable=False),
        ),
        migrations.RunPython(pack, migrations.RunPython.noop),
        migrations.RemoveField("importedfile", "reports"),
    ]
