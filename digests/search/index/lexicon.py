"""The words of all topics with their numbers of topics, which `spelling` reads."""

from collections import Counter
from collections.abc import Mapping

from digests.grouping import batched
from digests.models import SearchDocument, SearchWord
from digests.search.index import documents
from digests.search.language.spelling import sound
from digests.vocabulary import DocumentKind

_BATCH = 2000


def count(more: Mapping[str, int]) -> None:
    """Add ``more``, which may be negative, to the numbers of topics with these words."""
    changed = sorted(word for word, number in more.items() if number)
    for some in batched(changed, _BATCH):
        known = {row.word: row for row in SearchWord.objects.filter(word__in=some)}
        rows = [
            known.get(word) or SearchWord(word=word, pinyin=sound(word), topic_count=0)
            for word in some
        ]
        for row in rows:
            row.topic_count += more[row.word]
        if gone := [row.pk for row in rows if row.topic_count <= 0 and row.pk]:
            SearchWord.objects.filter(pk__in=gone).delete()
        SearchWord.objects.bulk_create(
            [row for row in rows if row.topic_count > 0],
            update_conflicts=True,
            unique_fields=["word"],
            update_fields=["topic_count"],
        )


def recount() -> int:
    """Recount all words. Returns the number of words with a wrong count."""
    counted: Counter[str] = Counter()
    topics = SearchDocument.objects.filter(kind=DocumentKind.TOPIC)
    for document in topics.iterator(chunk_size=500):
        counted.update(documents.analyze(document).words)
    counted.subtract(dict(SearchWord.objects.values_list("word", "topic_count")))
    count(counted)
    return sum(number != 0 for number in counted.values())
