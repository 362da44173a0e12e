"""The group 编辑 (editors): its members change content and import, and no more."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GROUP = "编辑"
PERMISSIONS = {
    "digest": ["view", "change"],
    "topic": ["view", "change", "delete"],
    "tag": ["view", "add", "change", "delete"],
    "reference": ["view", "change"],
    "importrun": ["view"],
    "importedfile": ["view"],
}


def create_editors(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    # Django creates permissions only after all migrations have run; it takes over those it finds.
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
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
    apps.get_model("auth", "Group").objects.filter(name=GROUP).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("digests", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(create_editors, remove_editors)]
