"""What is derived of a text is stored in parts, and no page reads HTML back.

Until `rebuild --stale` has run, a topic is one part, whose points have no links to themselves; the
HTML of a point is its escaped Markdown; and a link in the running text is cited by its title alone.
Plain texts are the Markdown until then, so that what is indexed or described in between keeps its
words.
"""

from typing import Any

from django.db import migrations, models
from django.db.models import Count, F, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Concat, JSONArray, Replace, StrIndex, Substr

LABEL_ENDS = "</span> "


def carry_over(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    digests, topics, points, citations = (
        apps.get_model("digests", name).objects.using(alias)
        for name in ("Digest", "Topic", "Point", "Citation")
    )
    digests.update(preamble_text=F("preamble"))
    topics.update(parts=JSONArray(F("html")), prose=F("body"))
    escaped = Replace("text", Value("&"), Value("&amp;"), output_field=TextField())
    for sign, entity in (("<", "&lt;"), (">", "&gt;")):
        escaped = Replace(escaped, Value(sign), Value(entity), output_field=TextField())
    until_it = points.filter(
        topic=OuterRef("topic"), kind=OuterRef("kind"), position__lte=OuterRef("position")
    )
    ordinal = until_it.order_by().values("topic").annotate(n=Count("pk")).values("n")
    points.update(html=escaped, plain=F("text"), ordinal=Subquery(ordinal))
    behind_label = StrIndex("html", Value(LABEL_ENDS)) + len(LABEL_ENDS)
    citations.exclude(html="").update(
        text=Concat("label", Value(" "), "title", output_field=TextField())
    )
    citations.filter(html__startswith='<span class="label" ').update(
        html=Substr("html", behind_label)
    )


class Migration(migrations.Migration):
    dependencies = [("digests", "0001_squashed_0011_reading_rows")]

    operations = [
        migrations.AddField(
            "digest",
            "preamble_text",
            models.TextField(blank=True, default="", editable=False),
            False,
        ),
        migrations.AddField(
            "topic", "parts", models.JSONField(blank=True, default=list, editable=False)
        ),
        migrations.AddField(
            "topic", "prose", models.TextField(blank=True, default="", editable=False), False
        ),
        migrations.AddField("point", "ordinal", models.PositiveIntegerField(default=0)),
        migrations.AddField("point", "html", models.TextField(blank=True, default=""), False),
        migrations.AddField("point", "plain", models.TextField(blank=True, default=""), False),
        migrations.AddField("citation", "text", models.TextField(blank=True, default=""), False),
        migrations.AddField("citation", "sentences", models.JSONField(blank=True, default=list)),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RemoveField("topic", "html"),
    ]
