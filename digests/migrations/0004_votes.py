"""Votes on references are kept as counts, and the base of a merge that equals the text is not
stored again.

Search documents are compressed, and those of topics no longer hold what other texts call a
reference. So the index is emptied, and `rebuild --stale` fills it.
"""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import groupby
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from digests.grouping import batched
from digests.identity import is_title
from digests.models.json_values import CompressedJSONField, Utf8Encoder

CITED = ("reference", "topic", "position", "title", "kind", "url")


def vote_id(reference: int, field: str, value: str) -> int:
    text = f"{reference} {field} {value}".encode(errors="surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest()) >> 1


def count_votes(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    citations = apps.get_model("digests", "Citation").objects.using(alias)
    vote = apps.get_model("digests", "Vote")
    shown = citations.filter(Q(topic=None) | Q(topic__status="live"))
    rows = shown.order_by("reference").values_list(*CITED).iterator(chunk_size=2000)
    votes = (
        vote(
            id=vote_id(reference, field, value),
            reference_id=reference,
            field=field,
            value=value,
            count=count,
            first_topic=first[0],
            first_position=first[1],
        )
        for reference, some in groupby(rows, lambda row: row[0])
        for (field, value), (count, first) in counted(some).items()
    )
    for batch in batched(votes, 2000):
        vote.objects.using(alias).bulk_create(batch)


def counted(rows: Iterable[Any]) -> dict[tuple[str, str], tuple[int, tuple[int, int]]]:
    votes: dict[tuple[str, str], tuple[int, tuple[int, int]]] = {}
    for _, topic, position, *says in rows:
        place = (topic or 0, position)
        for choice in choices(*says):
            count, first = votes.get(choice, (0, place))
            votes[choice] = count + 1, min(first, place)
    return votes


def choices(title: str, kind: str, url: str) -> Iterator[tuple[str, str]]:
    if is_title(title):
        yield "title", title
    if kind != "other":
        yield "kind", kind
    if url:
        yield "url", url


def drop_equal_bases(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    topics = apps.get_model("digests", "ImportedTopic").objects.using(alias)
    topics.filter(changed_body=F("topic__body")).update(changed_body=None)
    digests = apps.get_model("digests", "ImportedDigest").objects.using(alias)
    digests.filter(changed_preamble=F("digest__preamble")).update(changed_preamble=None)


def empty_index(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    for model in ("SearchDocument", "SearchWord"):
        apps.get_model("digests", model).objects.using(connection.alias).all().delete()
    tables = {"search_topics", "search_names", "search_topics_facets", "search_names_facets"}
    for table in tables.intersection(connection.introspection.table_names()):
        schema_editor.execute(f"DELETE FROM {table}")  # noqa: S608 - one of these names


class Migration(migrations.Migration):
    dependencies = [("digests", "0003_content_version")]

    operations = [
        migrations.CreateModel(
            name="Vote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        choices=[("title", "Title"), ("kind", "Kind"), ("url", "Url")], max_length=5
                    ),
                ),
                ("value", models.TextField()),
                ("count", models.PositiveIntegerField()),
                ("first_topic", models.BigIntegerField()),
                ("first_position", models.PositiveIntegerField()),
                (
                    "reference",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="digests.reference",
                    ),
                ),
            ],
            options={
                "verbose_name": "vote on a reference",
                "verbose_name_plural": "votes on references",
                "indexes": [
                    models.Index(
                        F("reference"),
                        F("field"),
                        F("count").desc(),
                        F("first_topic"),
                        F("first_position"),
                        name="vote_winner",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(field__in=["title", "kind", "url"]), name="vote_field"
                    )
                ],
            },
        ),
        migrations.RunPython(count_votes, migrations.RunPython.noop),
        migrations.RenameField("importeddigest", "preamble", "changed_preamble"),
        migrations.AlterField(
            "importeddigest",
            "changed_preamble",
            models.TextField(null=True),
        ),
        migrations.RenameField("importedtopic", "body", "changed_body"),
        migrations.AlterField(
            "importedtopic",
            "changed_body",
            models.TextField(null=True),
        ),
        migrations.RunPython(drop_equal_bases, migrations.RunPython.noop),
        migrations.AlterField(
            "importeddigest", "tags", models.JSONField(default=list, encoder=Utf8Encoder)
        ),
        migrations.AlterField("revision", "values", models.JSONField(encoder=Utf8Encoder)),
        migrations.AlterField(
            "topic",
            "parts",
            models.JSONField(blank=True, default=list, editable=False, encoder=Utf8Encoder),
        ),
        migrations.AlterField(
            "citation",
            "sentences",
            models.JSONField(blank=True, default=list, encoder=Utf8Encoder),
        ),
        migrations.RunPython(empty_index, migrations.RunPython.noop),
        migrations.RemoveField("searchdocument", "texts"),
        migrations.AddField(
            "searchdocument", "texts", CompressedJSONField(default=dict), preserve_default=False
        ),
    ]
