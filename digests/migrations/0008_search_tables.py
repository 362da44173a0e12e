from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from digests.search import engines


def create_tables(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    engines.current().create()


def drop_tables(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    engines.current().drop()


class Migration(migrations.Migration):
    """The tables of the search engine are no models, as each database has its own."""

    dependencies = [("digests", "0007_search")]

    operations = [migrations.RunPython(create_tables, drop_tables)]
