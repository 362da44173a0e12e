"""What editors changed before this was remembered, and their rights to what is new."""

from django.apps.registry import Apps
from django.contrib.auth.models import Group
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Exists, F, OuterRef, Q

GROUP = "编辑"
PERMISSIONS = {"conflict": ["view", "change"], "revision": ["view"]}


def find_edits(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    topics = apps.get_model("digests", "Topic").objects
    by_editor = apps.get_model("digests", "TaggedTopic").objects.filter(
        content_object=OuterRef("pk"), origin="editor"
    )
    rejected = apps.get_model("digests", "RejectedTag").objects.filter(topic=OuterRef("pk"))
    as_imported = apps.get_model("digests", "ImportedTopic").objects.filter(
        Q(number=OuterRef("number")) | Q(number=None, topic__number=None),
        topic=OuterRef("pk"),
        title=OuterRef("title"),
        body=OuterRef("body"),
    )
    edited = topics.filter(~Exists(as_imported) | Exists(by_editor) | Exists(rejected))
    edited.update(edited_at=F("updated_at"))
    digests = apps.get_model("digests", "Digest").objects
    digest_as_imported = apps.get_model("digests", "ImportedDigest").objects.filter(
        digest=OuterRef("pk"),
        title=OuterRef("title"),
        published_at=OuterRef("published_at"),
        preamble=OuterRef("preamble"),
    )
    digests.filter(~Exists(digest_as_imported)).update(edited_at=F("updated_at"))


def grant(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    group: Group | None = apps.get_model("auth", "Group").objects.filter(name=GROUP).first()
    if group is None:  # renamed or deleted by a superuser, who then decides
        return
    for model, actions in PERMISSIONS.items():
        content_type, _ = content_types.get_or_create(app_label="digests", model=model)
        for action in actions:
            permission, _ = permissions.get_or_create(
                content_type=content_type,
                codename=f"{action}_{model}",
                defaults={"name": f"Can {action} {model}"},
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("digests", "0004_merging")]
    operations = [
        migrations.RunPython(find_edits, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
