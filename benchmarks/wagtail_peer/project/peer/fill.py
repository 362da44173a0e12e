"""Fill the empty site with the rows of the product, and write addresses of its pages.

    python -m peer.fill ROWS ADDRESSES

ROWS has a digest a line, as JSON; ADDRESSES is a folder.
"""

import json
import sys
import time
from pathlib import Path
from random import Random
from urllib.parse import quote, urlencode

import django
from django.db import connection, transaction
from markdown_it import MarkdownIt

django.setup()

from taggit.models import Tag  # noqa: E402 - after the setup
from wagtail.models import Page, Site  # noqa: E402

from peer.models import (  # noqa: E402
    Citation,
    DigestIndexPage,
    DigestPage,
    HomePage,
    Reference,
    TopicPage,
)

ADDRESSES = 12
_SEED = 5
_markdown_it = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def fill(rows: Path) -> None:
    Site.objects.all().delete()
    Page.objects.filter(depth__gt=1).delete()
    root = Page.objects.get(depth=1)
    home = root.add_child(instance=HomePage(title="Home", slug="home"))
    Site.objects.create(hostname="127.0.0.1", root_page=home, is_default_site=True)
    listed = home.add_child(instance=DigestIndexPage(title="Digests", slug="digests"))
    references = {}
    with rows.open(encoding="utf-8") as lines:
        for line in lines:
            _add_digest(json.loads(line), listed, references)


def _add_digest(row, listed, references) -> None:
    digest = DigestPage(
        title=row["title"][:255] or "–",
        slug=str(row["pk"]),
        published_at=row["published_at"],
        intro=_markdown_it.render(row["preamble"]),
    )
    digest.tags.add(*row["tags"])
    listed.add_child(instance=digest)
    for topic in row["topics"]:
        page = TopicPage(
            title=topic["title"][:255] or "–",
            slug=str(topic["pk"]),
            digest=digest,
            number=topic["number"],
            body=_markdown_it.render(topic["body"]),
            is_open=topic["is_open"],
        )
        page.tags.add(*topic["tags"])
        for order, reference in enumerate(topic["references"]):
            pk, title, url, count = reference
            if pk not in references:
                references[pk] = Reference.objects.create(title=title, url=url, topic_count=count)
            page.citations.add(Citation(reference=references[pk], sort_order=order))
        digest.add_child(instance=page)


def write_addresses(folder: Path) -> None:
    tags = Tag.objects.raw(
        "SELECT tag.*, count(*) AS n FROM taggit_tag tag JOIN peer_topictag ON tag_id = tag.id"
        " GROUP BY tag.id HAVING count(*) > 1 ORDER BY n DESC, tag.id"
    )
    pages = max(DigestPage.objects.count() // 20, 1)
    # Its search takes Chinese text between two signs for one word, and finds little of it. The
    # words that it finds most of fill its page as the product's is filled.
    words = sorted((tag.name for tag in tags[:50]), key=lambda word: -_hits(word))[:3]
    kinds = {
        "home": ["/"],
        "list": [f"/digests/?page={1 + n * pages // ADDRESSES}" for n in range(ADDRESSES)],
        "digest": _some(DigestPage),
        "topic": _some(TopicPage),
        "tag": [f"/tags/{quote(tag.slug)}/" for tag in _sample(list(tags))],
        "search": [f"/search/?{urlencode({'q': word})}" for word in words],
    }
    folder.mkdir(exist_ok=True)
    for kind, addresses in kinds.items():
        (folder / f"{kind}.txt").write_text("\n".join(addresses) + "\n", encoding="utf-8")


def _hits(word: str) -> int:
    return TopicPage.objects.live().search(word).count()


def _some(model) -> list[str]:
    """Addresses of pages, in the order of the product's ids: the seed chooses the same rows."""
    pages = sorted(model.objects.all(), key=lambda page: int(page.slug))
    return [page.url for page in _sample(pages)]


def _sample(rows):
    chosen = Random(_SEED)  # noqa: S311 - nothing secret here
    return chosen.sample(rows, min(ADDRESSES, len(rows)))


def main() -> None:
    rows, addresses = map(Path, sys.argv[1:])
    if not HomePage.objects.exists():
        started = time.process_time()
        with transaction.atomic():
            fill(rows)
        each = (time.process_time() - started) / DigestPage.objects.count()
        print(f"Wagtail took {each * 1e3:.0f} ms of CPU for a digest, without the server's")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    write_addresses(addresses)


if __name__ == "__main__":
    main()
