"""What is searched: a document for each topic, tag, reference and digest."""

from django.db import models
from django.db.models.functions import Left, Length, Right

from digests.vocabulary import DocumentKind


class SearchDocument(models.Model):
    """Derived: what readers see of a row, without its markup. The tables of the search engine
    (see `digests.search`) are made of these.

    ``texts`` are those that `search.documents` builds. ``place`` is the engine's name for it: what
    is newer has a higher one.
    """

    kind = models.CharField(max_length=10, choices=DocumentKind)
    object_id = models.BigIntegerField()
    collection = models.CharField(max_length=10)
    place = models.BigIntegerField()
    title = models.TextField(blank=True)
    texts = models.JSONField()
    analyzer_version = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint("kind", "object_id", name="document_of_one_row"),
            models.UniqueConstraint("collection", "place", name="document_in_place"),
        ]

    def __str__(self) -> str:
        return self.title


class SearchWord(models.Model):
    """Derived: a word and the number of topics that hold it, so that a query that finds nothing
    can be helped. ``pinyin`` is how a Chinese word sounds, see `search.spelling.sound`.

    By their ends and lengths the database finds words that may be misspellings of one, without a
    look at the others.
    """

    LENGTH = 64  # a longer one nobody mistypes

    word = models.CharField(max_length=LENGTH, unique=True)
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

    def __str__(self) -> str:
        return self.word
