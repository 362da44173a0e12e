"""Requests as a day of readers makes them: pages, searches, suggestions, feeds and variants."""

import http.client
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from urllib.parse import quote, urlencode

from digests.models import Digest, Reference, Tag, Topic

_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,6}")
_LATIN = re.compile(r"[A-Za-z]{4,}")
_LISTS = (
    "/", "/?page=2", "/digests/", "/tags/", "/tags/?order=name", "/tags/?q=mo", "/labels/",
    "/labels/question/", "/questions/", "/references/", "/references/?kind=paper", "/archive/",
    "/stats/", "/changes/", "/feeds/", "/sitemap.xml", "/llms.txt", "/opensearch.xml",
)  # fmt: skip
_FEEDS = ("/topics.atom", "/questions.atom", "/labels/conclusion.atom")
# Rows of each table that requests are made of.
_ROWS = 2000
# Requests over one connection.
_VISIT = 8
# Readers, who are as many as the threads of both workers.
_READERS = 6


@dataclass(frozen=True)
class Rows:
    """Parts of addresses, and titles, of which a load is made."""

    topics: Sequence[str]
    digests: Sequence[str]
    tags: Sequence[str]
    references: Sequence[str]
    titles: Sequence[str]

    @classmethod
    def of_database(cls) -> "Rows":
        topics = Topic.objects.order_by("?")[:_ROWS]
        return cls(
            [topic.get_absolute_url() for topic in topics],
            [digest.get_absolute_url() for digest in Digest.objects.order_by("?")[:_ROWS]],
            [tag.get_absolute_url() for tag in Tag.objects.order_by("?")[:_ROWS]],
            [each.get_absolute_url() for each in Reference.objects.order_by("?")[:_ROWS]],
            [topic.title for topic in topics],
        )


def addresses(rows: Rows, random: Random) -> Iterator[str]:
    """Yield addresses without end: two thirds pages and their variants, a third searches, of which
    every third finds nothing."""
    kinds: list[tuple[int, Callable[[], str]]] = [
        (25, lambda: random.choice(rows.topics)),
        (8, lambda: random.choice(rows.digests)),
        (8, lambda: random.choice(rows.tags)),
        (8, lambda: random.choice(rows.references)),
        (8, lambda: random.choice(_LISTS)),
        (4, lambda: random.choice(_FEEDS)),
        (6, lambda: _variant(random.choice([rows.topics, rows.digests, rows.tags]), random)),
        (16, lambda: _search(_words(rows, random), random)),
        (9, lambda: _search(_misspelt(_words(rows, random), random), random)),
        (8, lambda: f"/search/suggestions/?{urlencode({'q': _words(rows, random)[:4]})}"),
    ]
    weights = [weight for weight, _ in kinds]
    while True:
        (make,) = random.choices([make for _, make in kinds], weights)
        yield make()


def _variant(paths: Sequence[str], random: Random) -> str:
    return random.choice(paths).rstrip("/") + random.choice([".json", ".md"])


def _search(words: str, random: Random) -> str:
    page = random.choices(["/search/", "/search.json", "/search.atom"], [8, 1, 1])[0]
    return f"{page}?{urlencode({'q': words})}"


def _words(rows: Rows, random: Random) -> str:
    """One to three words of a title, or a part of it without blanks."""
    title = random.choice(rows.titles) or "模型"
    found = _CHINESE.findall(title) + _LATIN.findall(title)
    if not found or random.random() < 0.2:
        return title[:12]
    return " ".join(random.sample(found, min(len(found), random.randint(1, 3))))


def _misspelt(words: str, random: Random) -> str:
    """The words with a wrong letter, a wrong character, or a word that nobody has written."""
    at = random.randrange(len(words))
    wrong = random.choice("qxzjw") if words[at].isascii() else random.choice("罔暨祗龠曌")
    return random.choice([f"{words[:at]}{wrong}{words[at + 1 :]}", f"{words} zuidawuguan"])


@dataclass
class Load:
    """Readers who ask one server, ``rate`` times a second together, as long as it keeps up. Every
    second answer is taken compressed."""

    port: int
    rows: Rows
    rate: float
    answers: Counter[int] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def requests(self, number: int) -> None:
        """Make so many requests at once, one after the other."""
        self._read(0, number, pause=0)

    def run(self, seconds: float, each_minute: Callable[[int], None]) -> None:
        """Ask for so long, and call ``each_minute`` with the number of minutes that have passed."""
        readers = [
            threading.Thread(target=self._read, args=(1 + seed, None, _READERS / self.rate))
            for seed in range(_READERS)
        ]
        for reader in readers:
            reader.start()
        started, minute = time.monotonic(), 0
        while (passed := time.monotonic() - started) < seconds:
            time.sleep(min(1, seconds - passed))
            if (time.monotonic() - started) // 60 > minute:
                minute += 1
                each_minute(minute)
        self._stopped.set()
        for reader in readers:
            reader.join()

    def _read(self, seed: int, most: int | None, pause: float) -> None:
        random = Random(seed)  # noqa: S311 - nothing secret here
        wanted = islice(addresses(self.rows, random), most)
        # A visit is a few pages over one connection; whichever worker is free takes the next one.
        while visit := list(islice(wanted, _VISIT)):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            for address in visit:
                # On average the pause, so that sometimes all ask at the same time.
                if self._stopped.wait(random.uniform(0, 2 * pause)):
                    return
                status = _status(connection, address, random.choice(["gzip", "identity"]))
                with self._lock:
                    self.answers[status] += 1
            connection.close()


def _status(connection: http.client.HTTPConnection, address: str, accepted: str) -> int:
    path = quote(address, safe="/?&=%+:")
    headers = {"Accept-Encoding": accepted}
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
    except ConnectionError:  # the server closes one on which nobody has asked for two seconds
        connection.close()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
    answer.read()
    return answer.status
