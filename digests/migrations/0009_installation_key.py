from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def create_key(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the id of the installation, unless its first feed has made it."""
    apps.get_model("digests", "Installation").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [
        ("digests", "0008_packed_reports"),
    ]

    operations = [
        migrations.RunPython(create_key, migrations.RunPython.noop),
    ]
