"""The tables of 30 November 2026 in one step, exactly as the eleven migrations before made them.

Nothing is imported from the project: its code changes, and what this migration makes must not.
A database that has all eleven is recorded as up to date; `digests.checks` turns away one that has
only some of them.
"""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import taggit.managers
from django.apps.registry import Apps
from django.conf import settings
from django.db import NotSupportedError, migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

EDITORS = "编辑"
PERMISSIONS = {
    "digest": ["view", "change"],
    "topic": ["view", "change", "delete"],
    "tag": ["view", "add", "change", "delete"],
    "reference": ["view", "change"],
    "importrun": ["view"],
    "importedfile": ["view"],
    "conflict": ["view", "change"],
    "revision": ["view"],
}

# All of ASCII but blanks, letters and digits, each quote doubled for the two strings around it.
SIGNS = (
    "\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b"
    "!\"\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~\x7f"
)
COLLECTIONS = ["search_topics", "search_names"]
SEARCH_TABLES = {
    "sqlite": {
        name: statement
        for collection in COLLECTIONS
        for name, statement in {
            collection: f"CREATE VIRTUAL TABLE {collection} USING fts5(title, tags, conclusions, points, body, refs, words, characters, title_terms, filters, prefix='1', tokenize=\"ascii tokenchars '{SIGNS}'\")",
            f"{collection}_facets": f"CREATE TABLE {collection}_facets (place INTEGER PRIMARY KEY, filters TEXT)",
        }.items()
    },
    "postgresql": {
        collection: f"CREATE TABLE {collection} (place bigint PRIMARY KEY, title tsvector NOT NULL, texts tsvector NOT NULL, overflow smallint NOT NULL, tokens text, facets text[] NOT NULL);"
        f" CREATE INDEX {collection}_title ON {collection} USING gin (title) WITH (fastupdate = off);"
        f" CREATE INDEX {collection}_texts ON {collection} USING gin (texts) WITH (fastupdate = off);"
        f" CREATE INDEX {collection}_overflow ON {collection} (overflow) WHERE overflow > 0"
        for collection in COLLECTIONS
    },
}
"""By database: the search engine's tables, which are no models, and what makes each of them."""


def search_tables(schema_editor: BaseDatabaseSchemaEditor) -> dict[str, str]:
    vendor = schema_editor.connection.vendor
    if vendor not in SEARCH_TABLES:
        raise NotSupportedError(f"There is no search engine for {vendor}.")
    return SEARCH_TABLES[vendor]


def create_search_tables(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in search_tables(schema_editor).values():
        schema_editor.execute(statement, params=None)


def drop_search_tables(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in search_tables(schema_editor):
        schema_editor.execute(f"DROP TABLE IF EXISTS {table}", params=None)


def create_editors(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the group whose members change content and import, and no more."""
    # Django creates permissions only after all migrations have run; it takes over those it finds.
    alias = schema_editor.connection.alias
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=EDITORS)
    granted = [
        (model, f"{action}_{model}", f"Can {action} {model}")
        for model, actions in PERMISSIONS.items()
        for action in actions
    ]
    granted.append(("importrun", "import_digests", "Can import digests"))
    for model, codename, name in granted:
        content_type, _ = content_types.get_or_create(app_label="digests", model=model)
        permission, _ = permissions.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        group.permissions.add(permission)


def remove_editors(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.filter(name=EDITORS).delete()


class Migration(migrations.Migration):
    replaces = [
        ("digests", "0001_initial"),
        ("digests", "0002_editors"),
        ("digests", "0003_file_format"),
        ("digests", "0004_merging"),
        ("digests", "0005_edits"),
        ("digests", "0006_staged_file_date"),
        ("digests", "0007_search"),
        ("digests", "0008_search_tables"),
        ("digests", "0009_search_word_shape"),
        ("digests", "0010_reading"),
        ("digests", "0011_reading_rows"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.CharField(max_length=200, unique=True, verbose_name="slug")),
                ("title", models.TextField(verbose_name="title")),
                ("published_at", models.DateTimeField(verbose_name="published at")),
                (
                    "front_matter",
                    models.TextField(
                        blank=True,
                        help_text="As it stands in the file, delimiters included.",
                        verbose_name="front matter",
                    ),
                ),
                (
                    "preamble",
                    models.TextField(
                        blank=True,
                        help_text="What stands before the first topic.",
                        verbose_name="preamble",
                    ),
                ),
                ("preamble_html", models.TextField(blank=True, editable=False)),
                ("renderer_version", models.PositiveIntegerField(default=0, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "edited_at",
                    models.DateTimeField(
                        editable=False,
                        help_text="Empty where all is as the file has it.",
                        null=True,
                        verbose_name="edited at",
                    ),
                ),
            ],
            options={
                "verbose_name": "digest",
                "verbose_name_plural": "digests",
                "ordering": ["-published_at", "-pk"],
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("published_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="digest_newest",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("slug", ""), _negated=True), name="digest_has_slug"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportedDigest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.TextField(verbose_name="path")),
                ("sha256", models.CharField(max_length=64)),
                ("encoding", models.CharField(max_length=20, verbose_name="encoding")),
                ("title", models.TextField()),
                ("published_at", models.DateTimeField()),
                ("tags", models.JSONField(default=list)),
                ("preamble", models.TextField(blank=True)),
                (
                    "digest",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="imported",
                        to="digests.digest",
                    ),
                ),
            ],
            options={
                "verbose_name": "file as last imported",
                "verbose_name_plural": "files as last imported",
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "origin",
                    models.TextField(help_text="Where the files came from.", verbose_name="origin"),
                ),
                (
                    "started_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="started at"
                    ),
                ),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
                ("created", models.PositiveIntegerField(default=0, verbose_name="created")),
                ("updated", models.PositiveIntegerField(default=0, verbose_name="updated")),
                ("unchanged", models.PositiveIntegerField(default=0, verbose_name="unchanged")),
                ("failed", models.PositiveIntegerField(default=0, verbose_name="failed")),
                ("conflicts", models.PositiveIntegerField(default=0, verbose_name="conflicts")),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "import run",
                "verbose_name_plural": "import runs",
                "ordering": ["-pk"],
                "permissions": [("import_digests", "Can import digests")],
            },
        ),
        migrations.CreateModel(
            name="ImportedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.TextField(verbose_name="path")),
                (
                    "reports",
                    models.JSONField(
                        help_text="By language, as its messages are text.", verbose_name="reports"
                    ),
                ),
                (
                    "digest",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="imports",
                        to="digests.digest",
                        verbose_name="digest",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="digests.importrun",
                        verbose_name="import run",
                    ),
                ),
            ],
            options={
                "verbose_name": "imported file",
                "verbose_name_plural": "imported files",
                "ordering": ["run", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Reference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        editable=False, max_length=2000, unique=True, verbose_name="key"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("paper", "Paper"),
                            ("code", "Code"),
                            ("dataset", "Dataset"),
                            ("model", "Model"),
                            ("demo", "Demo"),
                            ("blog", "Blog"),
                            ("article", "Article"),
                            ("project", "Project"),
                            ("documentation", "Documentation"),
                            ("video", "Video"),
                            ("other", "Other"),
                        ],
                        default="other",
                        editable=False,
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "cited_title",
                    models.TextField(blank=True, editable=False, verbose_name="title as cited"),
                ),
                (
                    "editor_title",
                    models.TextField(
                        blank=True,
                        help_text="Takes the place of the title as cited.",
                        verbose_name="title",
                    ),
                ),
                ("url", models.TextField(blank=True, editable=False, verbose_name="address")),
                (
                    "topic_count",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="topics"),
                ),
                (
                    "host",
                    models.CharField(
                        blank=True, editable=False, max_length=253, verbose_name="site"
                    ),
                ),
            ],
            options={
                "verbose_name": "reference",
                "verbose_name_plural": "references",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("topic_count"), descending=True),
                        models.F("id"),
                        name="reference_most_cited",
                    ),
                    models.Index(
                        models.F("host"),
                        models.OrderBy(models.F("topic_count"), descending=True),
                        models.F("id"),
                        name="reference_of_host",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key", ""), _negated=True), name="reference_has_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "paper",
                                    "code",
                                    "dataset",
                                    "model",
                                    "demo",
                                    "blog",
                                    "article",
                                    "project",
                                    "documentation",
                                    "video",
                                    "other",
                                ],
                            )
                        ),
                        name="reference_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True, max_length=100, unique=True, verbose_name="slug"
                    ),
                ),
                (
                    "topic_count",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="topics"),
                ),
                ("sort_key", models.CharField(blank=True, editable=False, max_length=255)),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "ordering": ["name"],
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("topic_count"), descending=True),
                        models.F("name"),
                        name="tag_most_used",
                    ),
                    models.Index(fields=["sort_key", "name"], name="tag_by_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TaggedDigest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="taggings",
                        to="digests.digest",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tagged_digests",
                        to="digests.tag",
                    ),
                ),
            ],
            options={
                "verbose_name": "tag of a digest",
                "verbose_name_plural": "tags of digests",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("content_object"), models.F("tag"), name="digest_tagged_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "position",
                    models.IntegerField(
                        help_text="Order in the digest, from 0.", verbose_name="position"
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="number"),
                ),
                ("title", models.TextField(blank=True, verbose_name="title")),
                ("heading", models.TextField(editable=False, verbose_name="heading")),
                ("body", models.TextField(blank=True, verbose_name="text")),
                ("html", models.TextField(blank=True, editable=False)),
                ("renderer_version", models.PositiveIntegerField(default=0, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "digest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="topics",
                        to="digests.digest",
                        verbose_name="digest",
                    ),
                ),
                (
                    "title_html",
                    models.TextField(
                        blank=True, editable=False, help_text="Empty where the title has no markup."
                    ),
                ),
                ("archived_at", models.DateTimeField(editable=False, null=True)),
                (
                    "edited_at",
                    models.DateTimeField(
                        editable=False,
                        help_text="Empty where all is as the file has it.",
                        null=True,
                        verbose_name="edited at",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("live", "Live"),
                            ("archived", "Archived"),
                            ("deleted", "Deleted"),
                        ],
                        default="live",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "is_open",
                    models.BooleanField(
                        default=False,
                        editable=False,
                        help_text="Derived: whether its question is open.",
                    ),
                ),
                (
                    "question",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "As its points say"),
                            ("open", "Open"),
                            ("settled", "Settled"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="open question",
                    ),
                ),
            ],
            options={
                "verbose_name": "topic",
                "verbose_name_plural": "topics",
                "ordering": ["digest", "position"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_open", True)), fields=["id"], name="topic_open"
                    ),
                    models.Index(fields=["digest", "status"], name="topic_status_in_digest"),
                    models.Index(
                        condition=models.Q(("status", "live"), _negated=True),
                        fields=["id"],
                        name="topic_hidden",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("digest"), models.F("position"), name="topic_position_in_digest"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["live", "archived", "deleted"])),
                        name="topic_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("question__in", ["", "open", "settled"])),
                        name="topic_question",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RejectedTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="digests.tag",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rejections",
                        to="digests.topic",
                    ),
                ),
            ],
            options={
                "verbose_name": "rejected tag",
                "verbose_name_plural": "rejected tags",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("topic"), models.F("tag"), name="tag_rejected_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaggedTopic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("file", "From the file"),
                            ("inferred", "Inferred"),
                            ("editor", "By an editor"),
                        ],
                        default="editor",
                        max_length=10,
                        verbose_name="origin",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tagged_topics",
                        to="digests.tag",
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="taggings",
                        to="digests.topic",
                    ),
                ),
            ],
            options={
                "verbose_name": "tag of a topic",
                "verbose_name_plural": "tags of topics",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["tag", "content_object"], name="topics_of_tag")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("content_object"), models.F("tag"), name="topic_tagged_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["file", "inferred", "editor"])),
                        name="tag_origin",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Point",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("label", models.CharField(max_length=100, verbose_name="label")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("question", "Question"),
                            ("discussion", "Discussion"),
                            ("opinion", "Opinion"),
                            ("conclusion", "Conclusion"),
                            ("method", "Method"),
                            ("result", "Result"),
                            ("challenge", "Challenge"),
                            ("improvement", "Improvement"),
                            ("direction", "Direction"),
                            ("experience", "Experience"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="points",
                        to="digests.topic",
                    ),
                ),
            ],
            options={
                "verbose_name": "point",
                "verbose_name_plural": "points",
                "ordering": ["topic", "position"],
                "indexes": [models.Index(fields=["kind", "topic"], name="point_kind_in_topic")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("topic"), models.F("position"), name="point_position_in_topic"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "question",
                                    "discussion",
                                    "opinion",
                                    "conclusion",
                                    "method",
                                    "result",
                                    "challenge",
                                    "improvement",
                                    "direction",
                                    "experience",
                                    "other",
                                ],
                            )
                        ),
                        name="point_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportedTopic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.IntegerField(null=True)),
                ("number", models.PositiveIntegerField(null=True)),
                ("title", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
                (
                    "imported_digest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="topics",
                        to="digests.importeddigest",
                    ),
                ),
                (
                    "topic",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="imported",
                        to="digests.topic",
                    ),
                ),
            ],
            options={
                "verbose_name": "topic as last imported",
                "verbose_name_plural": "topics as last imported",
                "ordering": ["imported_digest", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Citation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("item", models.PositiveIntegerField(null=True)),
                ("label", models.CharField(blank=True, max_length=100, verbose_name="label")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("paper", "Paper"),
                            ("code", "Code"),
                            ("dataset", "Dataset"),
                            ("model", "Model"),
                            ("demo", "Demo"),
                            ("blog", "Blog"),
                            ("article", "Article"),
                            ("project", "Project"),
                            ("documentation", "Documentation"),
                            ("video", "Video"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.TextField(blank=True, verbose_name="title")),
                ("url", models.TextField(blank=True, verbose_name="address")),
                ("html", models.TextField(blank=True)),
                (
                    "digest",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="citations",
                        to="digests.digest",
                    ),
                ),
                (
                    "reference",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="citations",
                        to="digests.reference",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="citations",
                        to="digests.topic",
                    ),
                ),
                ("group", models.CharField(blank=True, max_length=100, verbose_name="list")),
            ],
            options={
                "verbose_name": "citation",
                "verbose_name_plural": "citations",
                "ordering": ["topic", "digest", "position"],
                "indexes": [
                    models.Index(fields=["reference", "topic"], name="citation_of_reference")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("digest__isnull", True), ("topic__isnull", False)),
                            models.Q(("digest__isnull", False), ("topic__isnull", True)),
                            _connector="OR",
                        ),
                        name="citation_in_topic_or_digest",
                    ),
                    models.UniqueConstraint(
                        models.F("topic"), models.F("position"), name="citation_position_in_topic"
                    ),
                    models.UniqueConstraint(
                        models.F("digest"), models.F("position"), name="citation_position_in_digest"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "paper",
                                    "code",
                                    "dataset",
                                    "model",
                                    "demo",
                                    "blog",
                                    "article",
                                    "project",
                                    "documentation",
                                    "video",
                                    "other",
                                ],
                            )
                        ),
                        name="citation_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Conflict",
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
                        choices=[
                            ("number", "Number"),
                            ("title", "Title"),
                            ("body", "Text"),
                            ("published_at", "Date"),
                            ("preamble", "Preamble"),
                        ],
                        max_length=20,
                        verbose_name="field",
                    ),
                ),
                ("base", models.TextField(blank=True, verbose_name="before")),
                ("theirs", models.TextField(blank=True, verbose_name="the file's")),
                (
                    "opened_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="since"),
                ),
                ("settled_at", models.DateTimeField(null=True, verbose_name="settled at")),
                (
                    "settlement",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mine", "The editor's version stays"),
                            ("theirs", "The file's version was taken"),
                            ("edited", "A version of both was written"),
                            ("itself", "File and editor agree again"),
                        ],
                        max_length=10,
                        verbose_name="settlement",
                    ),
                ),
                (
                    "digest",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conflicts",
                        to="digests.digest",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="conflict_rows",
                        to="digests.importrun",
                        verbose_name="import run",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="settled by",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conflicts",
                        to="digests.topic",
                    ),
                ),
            ],
            options={
                "verbose_name": "conflict",
                "verbose_name_plural": "conflicts",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("digest__isnull", True), ("topic__isnull", False)),
                            models.Q(("digest__isnull", False), ("topic__isnull", True)),
                            _connector="OR",
                        ),
                        name="conflict_in_topic_or_digest",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("field__in", ["number", "title", "body", "published_at", "preamble"])
                        ),
                        name="conflict_field",
                    ),
                    models.UniqueConstraint(
                        models.F("topic"),
                        models.F("field"),
                        condition=models.Q(("settled_at", None)),
                        name="conflict_once_in_topic",
                    ),
                    models.UniqueConstraint(
                        models.F("digest"),
                        models.F("field"),
                        condition=models.Q(("settled_at", None)),
                        name="conflict_once_in_digest",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DigestAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.CharField(max_length=200, unique=True, verbose_name="slug")),
                (
                    "digest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="digests.digest",
                    ),
                ),
            ],
            options={
                "verbose_name": "other address of a digest",
                "verbose_name_plural": "other addresses of digests",
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(null=True, verbose_name="time")),
                ("values", models.JSONField()),
                (
                    "digest",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="digests.digest",
                    ),
                ),
                (
                    "reference",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="digests.reference",
                    ),
                ),
                (
                    "restored",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="digests.revision",
                        verbose_name="restored version",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="revisions",
                        to="digests.importrun",
                        verbose_name="import run",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="digests.topic",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "version",
                "verbose_name_plural": "versions",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("digest__isnull", False),
                                ("reference__isnull", True),
                                ("topic__isnull", True),
                            ),
                            models.Q(
                                ("digest__isnull", True),
                                ("reference__isnull", True),
                                ("topic__isnull", False),
                            ),
                            models.Q(
                                ("digest__isnull", True),
                                ("reference__isnull", False),
                                ("topic__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="revision_of_one_row",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StagedImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("origin", models.TextField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "staged import",
                "verbose_name_plural": "staged imports",
            },
        ),
        migrations.CreateModel(
            name="StagedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.TextField()),
                ("slug", models.TextField(blank=True)),
                ("content", models.BinaryField()),
                (
                    "staged",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="digests.stagedimport",
                    ),
                ),
                ("modified_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "staged file",
                "verbose_name_plural": "staged files",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("topic", "Topic"),
                            ("digest", "Digest"),
                            ("tag", "Tag"),
                            ("reference", "Reference"),
                        ],
                        max_length=10,
                    ),
                ),
                ("object_id", models.BigIntegerField()),
                ("collection", models.CharField(max_length=10)),
                ("place", models.BigIntegerField()),
                ("title", models.TextField(blank=True)),
                ("texts", models.JSONField()),
                ("analyzer_version", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("kind"), models.F("object_id"), name="document_of_one_row"
                    ),
                    models.UniqueConstraint(
                        models.F("collection"), models.F("place"), name="document_in_place"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=64, unique=True)),
                ("pinyin", models.CharField(blank=True, max_length=255)),
                ("topic_count", models.PositiveIntegerField()),
                (
                    "first",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Left("word", 1),
                        output_field=models.CharField(max_length=1),
                    ),
                ),
                (
                    "last",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Right("word", 1),
                        output_field=models.CharField(max_length=1),
                    ),
                ),
                (
                    "length",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Length("word"),
                        output_field=models.PositiveIntegerField(),
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["pinyin"], name="word_sound"),
                    models.Index(fields=["first", "length"], name="word_beginning"),
                    models.Index(fields=["last", "length"], name="word_end"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feed_token",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "key for feeds",
                "verbose_name_plural": "keys for feeds",
            },
        ),
        migrations.CreateModel(
            name="Installation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_installation")
                ],
            },
        ),
        migrations.AddField(
            model_name="digest",
            name="tags",
            field=taggit.managers.TaggableManager(
                blank=True,
                help_text="A comma-separated list of tags.",
                through="digests.TaggedDigest",
                to="digests.Tag",
                verbose_name="tags",
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="rejected_tags",
            field=models.ManyToManyField(
                editable=False, related_name="+", through="digests.RejectedTag", to="digests.tag"
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="tags",
            field=taggit.managers.TaggableManager(
                blank=True,
                help_text="A comma-separated list of tags.",
                through="digests.TaggedTopic",
                to="digests.Tag",
                verbose_name="tags",
            ),
        ),
        migrations.RunPython(create_search_tables, drop_search_tables),
        migrations.RunPython(create_editors, remove_editors),
    ]
