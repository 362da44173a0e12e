"""The search engine's tables without a copy of the text, or of the tokens.

They are made empty, and so are the documents and words that go with them: `rebuild --stale` fills
them. Nothing is imported from the project: its code changes, and what this migration makes must not.
"""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# All of ASCII but blanks, letters and digits, each quote doubled for the two strings around it.
SIGNS = (
    "\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b"
    "!\"\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~\x7f"
)
COLLECTIONS = ["search_topics", "search_names"]

BEFORE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE {table} USING fts5(title, tags, conclusions, points, body, refs, words, characters, title_terms, filters, prefix='1', tokenize=\"ascii tokenchars '{signs}'\")",
        "CREATE TABLE {table}_facets (place INTEGER PRIMARY KEY, filters TEXT)",
    ],
    "postgresql": [
        "CREATE TABLE {table} (place bigint PRIMARY KEY, title tsvector NOT NULL, texts tsvector NOT NULL, overflow smallint NOT NULL, tokens text, facets text[] NOT NULL)",
        "CREATE INDEX {table}_title ON {table} USING gin (title) WITH (fastupdate = off)",
        "CREATE INDEX {table}_texts ON {table} USING gin (texts) WITH (fastupdate = off)",
        "CREATE INDEX {table}_overflow ON {table} (overflow) WHERE overflow > 0",
    ],
}
AFTER = {
    "sqlite": [
        "CREATE VIRTUAL TABLE {table} USING fts5(characters, title, tags, conclusions, points, body, refs, words, title_terms, filters, content='', tokenize=\"ascii tokenchars '{signs}'\")",
        "INSERT INTO {table} ({table}, rank) VALUES ('hashsize', 4194304)",
        "CREATE TABLE {table}_size (documents INTEGER, deleted INTEGER)",
        "INSERT INTO {table}_size VALUES (0, 0)",
        "CREATE TABLE {table}_facets (place INTEGER PRIMARY KEY, filters TEXT)",
    ],
    "postgresql": [
        'CREATE TABLE {table} (place bigint PRIMARY KEY, title text COLLATE "C" NOT NULL, texts text COLLATE "C" NOT NULL, words text COLLATE "C" NOT NULL, terms text COLLATE "C" NOT NULL, facets text[] COLLATE "C" NOT NULL)',
        "CREATE INDEX {table}_terms ON {table} USING gin ((search_terms(title, texts, terms, facets))) WITH (gin_pending_list_limit = 512)",
        "ALTER INDEX {table}_terms ALTER COLUMN 1 SET STATISTICS 0",
    ],
}
FUNCTION = """
CREATE OR REPLACE FUNCTION search_terms(title text, texts text, terms text, facets text[])
RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20000 AS $$
SELECT ARRAY(
    SELECT one || next
    FROM unnest(characters, characters[2:]) AS pairs(one, next)
    WHERE one COLLATE "C" >= first_chinese AND next COLLATE "C" >= first_chinese
) || ARRAY(
    SELECT '=u=' || one FROM unnest(characters) AS one WHERE one COLLATE "C" >= first_chinese
) || ARRAY(
    SELECT word FROM unnest(string_to_array(title || texts, ' ')) AS word
    WHERE word COLLATE "C" > ' ' AND word COLLATE "C" < first_chinese
) || ARRAY(
    SELECT '=t=' || one || next
    FROM unnest(of_title, of_title[2:]) AS pairs(one, next)
    WHERE one COLLATE "C" >= first_chinese AND next COLLATE "C" >= first_chinese
) || ARRAY(
    SELECT '=t=' || one FROM unnest(of_title) AS one WHERE one COLLATE "C" >= first_chinese
) || ARRAY(
    SELECT '=t=' || left(word, length)
    FROM unnest(string_to_array(title, ' ')) AS word,
        generate_series(1, least(length(word), 8)) AS length
    WHERE word COLLATE "C" > ' ' AND word COLLATE "C" < first_chinese
) || string_to_array(btrim(terms), ' ') || ARRAY(SELECT '=' || facet FROM unnest(facets) AS facet)
FROM (SELECT
    string_to_array(title || texts, NULL) AS characters,
    string_to_array(title, NULL) AS of_title,
    chr(11904) AS first_chinese
) AS parts
$$"""


def make_lean(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    drop_tables(apps, schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION, params=None)
    create_tables(AFTER, schema_editor)


def make_as_before(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    drop_tables(apps, schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION search_terms", params=None)
    create_tables(BEFORE, schema_editor)


def drop_tables(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in COLLECTIONS:
        for name in (table, f"{table}_size", f"{table}_facets"):
            schema_editor.execute(f"DROP TABLE IF EXISTS {name}", params=None)
    for model in ("SearchDocument", "SearchWord"):
        rows = apps.get_model("digests", model).objects.using(schema_editor.connection.alias)
        rows.all().delete()


def create_tables(
    statements: dict[str, list[str]], schema_editor: BaseDatabaseSchemaEditor
) -> None:
    for table in COLLECTIONS:
        for statement in statements[schema_editor.connection.vendor]:
            made = statement.replace("{table}", table).replace("{signs}", SIGNS)
            schema_editor.execute(made, params=None)


class Migration(migrations.Migration):
    dependencies = [("digests", "0005_lists_of_the_desk")]

    operations = [
        migrations.RunPython(make_lean, make_as_before),
        migrations.AlterField("searchword", "word", models.CharField(max_length=64)),
        migrations.AddConstraint(
            "searchword", models.UniqueConstraint(fields=["word"], name="word_once")
        ),
        migrations.AlterField(
            "reference", "key", models.CharField("key", max_length=2000, editable=False)
        ),
        migrations.AddConstraint(
            "reference", models.UniqueConstraint(fields=["key"], name="reference_of_key")
        ),
        migrations.AlterField(
            "point",
            "topic",
            models.ForeignKey(
                db_index=False,
                on_delete=models.deletion.CASCADE,
                related_name="points",
                to="digests.topic",
            ),
        ),
        migrations.AlterField(
            "citation",
            "topic",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=models.deletion.CASCADE,
                related_name="citations",
                to="digests.topic",
            ),
        ),
        migrations.AlterField(
            "citation",
            "digest",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=models.deletion.CASCADE,
                related_name="citations",
                to="digests.digest",
            ),
        ),
    ]
