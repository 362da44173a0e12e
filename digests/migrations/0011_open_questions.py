from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Exists, OuterRef

ANSWERS = ["conclusion", "method", "opinion", "result"]


def find_open(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """No editor can have marked a question before this."""
    Topic = apps.get_model("digests", "Topic")
    points = apps.get_model("digests", "Point").objects.filter(topic=OuterRef("pk"))
    Topic.objects.filter(
        Exists(points.filter(kind="question")), ~Exists(points.filter(kind__in=ANSWERS))
    ).update(is_open=True)


class Migration(migrations.Migration):
    dependencies = [("digests", "0010_reading")]

    operations = [migrations.RunPython(find_open, migrations.RunPython.noop)]
