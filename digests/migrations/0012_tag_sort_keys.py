from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from digests.pinyin import sort_key

_BATCH = 500


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Tag = apps.get_model("digests", "Tag")
    tags = list(Tag.objects.only("pk", "name"))
    for tag in tags:
        tag.sort_key = sort_key(tag.name)
    Tag.objects.bulk_update(tags, ["sort_key"], batch_size=_BATCH)


class Migration(migrations.Migration):
    dependencies = [("digests", "0011_open_questions")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
