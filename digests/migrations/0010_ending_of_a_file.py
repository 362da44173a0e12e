from unicodedata import normalize

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def spell_slugs_in_nfc(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Rename digests whose files had names in NFD; their old addresses lead to the new ones.

    Where both spellings were imported, the digest in NFD stays as it is, for an editor to delete.
    """
    digests = apps.get_model("digests", "Digest").objects
    aliases = apps.get_model("digests", "DigestAlias").objects
    slugs = dict(digests.values_list("slug", "pk"))
    for slug, pk in slugs.items():
        name = normalize("NFC", slug)
        if name != slug and name not in slugs:
            aliases.filter(slug=name).delete()
            aliases.create(slug=slug, digest_id=pk)
            digests.filter(pk=pk).update(slug=name)


class Migration(migrations.Migration):
    dependencies = [
        ("digests", "0009_installation_key"),
    ]

    operations = [
        migrations.AddField(
            model_name="digest",
            name="ending",
            field=models.TextField(
                blank=True,
                editable=False,
                help_text="What closes a fence around it.",
                verbose_name="end of the file",
            ),
        ),
        migrations.RunPython(spell_slugs_in_nfc, migrations.RunPython.noop),
    ]
