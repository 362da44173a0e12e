"""Search documents of topics, tags, references and digests, and their words."""

from django.db import models
from django.db.models.functions import Left, Length, Right

from digests.models.json_values import CompressedJSONField
from digests.vocabulary import DocumentKind


class SearchDocument(models.Model):
    """Derived: the plain text of a row, from which the search engine's tables are made (see
    `digests.search`).

    ``texts`` are those that `search.documents` builds. ``place`` is the document id in the engine;
    newer documents have higher ids.
    """

    kind = models.CharField(max_length=10, choices=DocumentKind)
    object_id = models.BigIntegerField()
    collection = models.CharField(max_length=10)
    place = models.BigIntegerField()
    title = models.TextField(blank=True)
    # Kept because SQLite's index can forget a document only if it is given all that was indexed.
    texts = CompressedJSONField()
    analyzer_version = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint("kind", "object_id", name="document_of_one_row"),
            models.UniqueConstraint("collection", "place", name="document_in_place"),
        ]

    def __str__(self) -> str:
        return self.title


class SearchWord(models.Model):
    """Derived: a word and the number of topics that contain it, to correct queries that find
    nothing.

    ``pinyin`` is the sound of a Chinese word, see `search.spelling.sound`. Indexes on ends and
    lengths find similar words without a scan of the others.
    """

    LENGTH = 64  # longer words are not corrected

    word = models.CharField(max_length=LENGTH)
    pinyin = models.CharField(max_length=255, blank=True)
    topic_count = models.PositiveIntegerField()
    first = models.GeneratedField(
        expression=Left("word", 1), output_field=models.CharField(max_length=1), db_persist=True
    )
    last = models.GeneratedField(
        expression=Right("word", 1), output_field=models.CharField(max_length=1), db_persist=True
    )
    length = models.GeneratedField(
        expression=Length("word"), output_field=models.PositiveIntegerField(), db_persist=True
    )

    class Meta:
        indexes = [
            models.Index(fields=["pinyin"], name="word_sound"),
            models.Index(fields=["first", "length"], name="word_beginning"),
            models.Index(fields=["last", "length"], name="word_end"),
        ]
        # `unique=True` would add an index for LIKE to that of the constraint.
        constraints = [models.UniqueConstraint(fields=["word"], name="word_once")]

    def __str__(self) -> str:
        return self.word
