"""A process of its own that writes to a database and reads its pages, with copies or without.

It answers a line of JSON, the name of a command and its arguments, with a line of JSON.
"""

import json
import random
import sys
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from digests.changes import editing
from digests.importing import import_sources
from digests.importing.sources import MemorySource
from digests.models import Digest, Reference, Tag, Topic
from digests.tests.files import edit_digest, edit_topic
from digests.vocabulary import QuestionState

_NO_COPIES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

# Words of titles and texts; few, so that changes meet in lists and searches.
WORDS = ["显存", "检索", "微调", "Adam", "RAG", "长文本", "评测", "蒸馏"]
TAGS = ["RAG", "MCTS", "量化"]


def run(*, with_copies: bool) -> None:
    """Serve commands on standard input until it ends. Call it after `django.setup`."""
    settings.DEBUG = False  # with it, no page is copied
    settings.ALLOWED_HOSTS = ["testserver"]
    if not with_copies:
        settings.CACHES = _NO_COPIES
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        sys.stdout.write(json.dumps(COMMANDS[name](*arguments)) + "\n")
        sys.stdout.flush()


def migrate() -> None:
    call_command("migrate", verbosity=0)


def read(address: str, headers: dict[str, str]) -> tuple[int, str, str]:
    """Status, ETag and text of a page as a browser with these headers is sent it."""
    response = Client(headers=headers).get(address)
    text = b"".join(response).decode()
    return response.status_code, response.headers.get("ETag", ""), text


def addresses() -> list[str]:
    """Addresses of pages, feeds, variants and searches whose content any write may change."""
    rows = [*Topic.objects.live(), *Digest.objects.all(), *Tag.objects.used()]
    pages = [row.get_absolute_url() for row in [*rows, *Reference.objects.all()]]
    variants = [page.removesuffix("/") + end for page in pages for end in (".json", ".md", ".atom")]
    searches = [f"/search{end}?q={word}" for end in ("/", ".json", ".atom") for word in WORDS]
    lists = ["/", "/digests/", "/tags/", "/references/", "/labels/", "/labels/conclusion/"]
    lists += [
        "/questions/",
        "/archive/",
        "/archive/2024/",
        "/archive/2024/7/",
        "/changes/",
        "/stats/",
    ]
    feeds = ["/topics.atom", "/digests.atom", "/questions.atom", "/changes.atom"]
    others = [
        "/stats/",
        "/references.bib",
        "/llms.txt",
        "/sitemap-topics.xml",
        "/search/suggestions/?q=a",
    ]
    return [*pages, *variants, *searches, *lists, *feeds, *others]


def write(seed: int) -> str:
    """Make a change that this number stands for, as an editor or by an import. Returns its name."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    changes = [_import, _edit_topic, _edit_topic, _edit_digest, _rename_tag, _hide_or_show, _name]
    change = rng.choice(changes) if Topic.objects.live().exists() else _import
    change(rng)
    return change.__name__


def _words(rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, k=3))


def _body(rng: random.Random) -> str:
    return (
        f"* **问题**: {_words(rng)}\n* **结论**: {_words(rng)}\n"
        f"* 参考: [{_words(rng)}](https://arxiv.org/abs/2407.0000{rng.randrange(5)})\n"
    )


def _import(rng: random.Random) -> None:
    topics = (f"## {number}. {_words(rng)}\n{_body(rng)}" for number in range(1, 4))
    text = f"---\ntitle: {_words(rng)}\ntags: [{rng.choice(TAGS)}]\n---\n" + "".join(topics)
    name = f"2024-07-{rng.randrange(1, 6):02}"
    source = MemorySource(f"{name}.md", name, text.encode(), datetime(2024, 7, 1, tzinfo=UTC))
    list(import_sources([source], origin="test"))


def _edit_topic(rng: random.Random) -> None:
    topic = rng.choice(Topic.objects.live())
    question = rng.choice(list(QuestionState))
    changes: dict[str, Any] = {"title": _words(rng), "body": _body(rng), "question": question}
    edit_topic(topic, tags=rng.sample(TAGS, 2), **changes)


def _edit_digest(rng: random.Random) -> None:
    edit_digest(rng.choice(Digest.objects.all()), title=_words(rng), preamble=_body(rng))


def _rename_tag(rng: random.Random) -> None:
    tag = rng.choice(Tag.objects.all())
    tag.name = f"{rng.choice(WORDS)} {tag.pk}"
    editing.save_tag(tag)


def _hide_or_show(rng: random.Random) -> None:
    topic = rng.choice(Topic.objects.all())
    if topic.is_live:
        editing.delete_topics(Topic.objects.filter(pk=topic.pk), by=None)
    else:
        editing.restore(topic.revisions.latest("pk"), by=None)


def _name(rng: random.Random) -> None:
    editing.save_reference(rng.choice(Reference.objects.all()), by=None, editor_title=_words(rng))


COMMANDS = {each.__name__: each for each in (migrate, read, addresses, write)}
