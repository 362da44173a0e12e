"""The words of all topics with their numbers of topics, which `spelling` reads."""

from collections import Counter
from collections.abc import Mapping

from digests.grouping import batched
from digests.models import SearchDocument, SearchWord
from digests.models.bulk import delete_rows, insert_rows, select_rows
from digests.search.index import documents
from digests.search.language.spelling import sound
from digests.vocabulary import DocumentKind

_BATCH = 2000
_COLUMNS = ("word", "pinyin", "topic_count")


def count(more: Mapping[str, int]) -> None:
    """Add ``more``, which may be negative, to the numbers of topics with these words."""
    changed = sorted(word for word, number in more.items() if number)
    for some in batched(changed, _BATCH):
        known = dict(select_rows(SearchWord, ["word", "topic_count"], "word", some))
        counts = {word: known.get(word, 0) + more[word] for word in some}
        delete_rows(SearchWord, "word", [word for word in known if counts[word] <= 0])
        rows = [
            (word, "" if word in known else sound(word), count)
            for word, count in counts.items()
            if count > 0
        ]
        insert_rows(SearchWord, _COLUMNS, rows, update=["topic_count"], unique=["word"])


def recount() -> int:
    """Recount all words. Returns the number of words with a wrong count."""
    counted: Counter[str] = Counter()
    topics = SearchDocument.objects.filter(kind=DocumentKind.TOPIC)
    for document in topics.iterator(chunk_size=500):
        counted.update(documents.analyze(document).words)
    counted.subtract(dict(SearchWord.objects.values_list("word", "topic_count")))
    count(counted)
    return sum(number != 0 for number in counted.values())
