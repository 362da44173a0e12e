"""The addresses that a snapshot asks for: of every list and file of the site, and of its rows.

They are written as readers know them, because addresses are permanent while modules move.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import Any, TypeVar
from urllib.parse import quote, urlencode
from zlib import crc32

from django.db.models import Model, QuerySet

from benchmarks.same_pages.queries import FACETED, QUERIES, TYPED
from digests.models import Citation, Digest, DigestAlias, Point, Reference, Tag, Topic
from digests.urls import urlpatterns

_Row = TypeVar("_Row", bound=Model)
FILES = ("bib", "ris", "csl.json")
_PAGES = ("1", "2", "3", "999", "0", "x")


def spread(rows: Sequence[_Row] | QuerySet[_Row], most: int) -> list[_Row]:
    """At most so many of the rows, evenly spread, with the first and the last one."""
    every = list(rows)
    if len(every) <= most:
        return every
    if most == 1:
        return every[:1]
    step = (len(every) - 1) / (most - 1)
    return [every[round(step * number)] for number in range(most)]


def lists(share: int = 1) -> Iterator[str]:
    """Every page that is not of a row, and one in ``share`` of the questions asked of it."""
    groups = (_plain(), _tags(), _labels(), _references(), _archive(), _searches(), _missing())
    for each in chain.from_iterable(groups):
        # By a checksum, so that the same ones are left out of each snapshot.
        if "?" not in each or crc32(each.encode()) % share == 0:
            yield each


def rows(most: int) -> Iterator[str]:
    """The pages of rows in all their formats: of each table ``most``, evenly spread, and as many
    of those that an editor or an import has changed."""
    return chain(_of_digests(most), _of_topics(most), _of_tags(most), _of_references(most))


def _plain() -> Iterator[str]:
    # Every route without a parameter, so that a new page is compared without being told here.
    for route in urlpatterns:
        if not route.pattern.converters:
            yield f"/{route.pattern}"
    yield from ("/?page=2", "/accounts/login/?next=/stats/")
    for section in ("digests", "topics", "tags", "references", "no-such"):
        yield f"/sitemap-{section}.xml"
    yield from ("/sitemap-topics.xml?p=2", "/sitemap-topics.xml?p=9", "/sitemap-tags.xml?p=x")
    yield from _paged("/digests/")
    yield from _paged("/questions/")


def _tags() -> Iterator[str]:
    yield from _paged("/tags/")
    yield from _paged("/tags/", order="name")
    for typed in ("rag", "模型", "moxing", "m", "C++", "no such tag", " ", "x" * 101):
        yield address("/tags/", q=typed)
        yield address("/tags/", q=typed, order="name")
    yield address("/tags/", order="other")


def _labels() -> Iterator[str]:
    yield "/labels/"
    tags = [tag.slug for tag in _most_used()[:3]]
    kinds = [str(kind) for kind, _ in Point._meta.get_field("kind").flatchoices]
    for kind in kinds:
        yield from _paged(f"/labels/{kind}/")
        yield f"/labels/{kind}.atom"
        for tag in [*tags, "no-such-tag", ""]:
            yield address(f"/labels/{kind}/", tag=tag)
    for tag in [*(tag.slug for tag in _most_used()[:20]), "no-such-tag", "RAG"]:
        yield address("/questions/", tag=tag)
    unknown = Point.objects.filter(kind="other").order_by("label").values_list("label", flat=True)
    for label in [*unknown.distinct()[:10], "no such label"]:
        yield address("/labels/other/", label=label)
        yield address("/labels/other/", label=label, tag=tags[0])


def _references() -> Iterator[str]:
    kinds = [str(kind) for kind, _ in Reference._meta.get_field("kind").flatchoices]
    hosts = Reference.objects.exclude(host="").order_by("host").values_list("host", flat=True)
    asked: list[dict[str, str]] = [{}, {"host": "WWW.arXiv.org"}, {"host": "no.such.host"}]
    asked += [{"kind": kind} for kind in [*kinds, "no-such-kind"]]
    asked += [{"host": host} for host in ["arxiv.org", "github.com", *hosts.distinct()[:5]]]
    asked += [{"year": year} for year in ("2023", "2024", "2026", "1800", "x")]
    asked += [{"kind": "paper", "host": "arxiv.org"}, {"kind": "code", "year": "2026"}]
    for chosen in asked:
        yield address("/references/", **chosen)
        for suffix in FILES:
            yield address(f"/references.{suffix}", **chosen)
    for chosen in asked[:1] + asked[-2:]:
        yield from _paged("/references/", **chosen)


def _archive() -> Iterator[str]:
    yield from _paged("/archive/")
    months = {(each.year, each.month) for each in Digest.objects.datetimes("published_at", "month")}
    years = {year for year, _ in months}
    for year in range(min(years) - 1, max(years) + 2):
        yield f"/archive/{year}/"
        if year in years:
            yield from _paged(f"/archive/{year}/")
            yield from (f"/archive/{year}/{month}/" for month in range(1, 13))
    for year, month in sorted(months)[-12:]:
        yield from _paged(f"/archive/{year}/{month}/")
    yield from ("/archive/1/", "/archive/0001/", "/archive/2024/13/", "/archive/2024/07/")


def _searches() -> Iterator[str]:
    words = [topic.title for topic in spread(_topics(), 12)]
    words += [tag.name for tag in _most_used()[:6]]
    for text in [*QUERIES, *words]:
        yield address("/search/", q=text)
        yield address("/search/", q=text, sort="newest")
        yield from (address(f"/search.{suffix}", q=text) for suffix in ("md", "json", "atom"))
    for chosen in FACETED:
        for path in ("/search/", "/search.json", "/search.md", "/search.atom"):
            yield f"{path}?{urlencode(chosen, doseq=True)}"
    for typed in [*TYPED, *words]:
        yield address("/search/suggestions/", q=typed)
        yield address("/search/suggestions/", q=typed[:2])
    for path in ("/search/", "/search.json", "/search.md", "/search.atom", "/search/suggestions/"):
        yield path


def _missing() -> Iterator[str]:
    for path in ("no-such", "digests/no-such", "tags/no-such", "labels/no-such", "topics/999999"):
        yield from (f"/{path}/", f"/{path}.md", f"/{path}.json", f"/{path}.atom", f"/{path}")
    yield from ("/references/999999/", "/references/999999/x.bib", "/references/999999.json")
    yield from ("/uploads/no.png", "/uploads/" + "0" * 32 + ".png", "/digests/a%00b/", "/topics/")
    yield from ("/editor/preview/", "/editor/upload/", "/i18n/setlang/", "/theme/", "/feeds/key/")
    yield from ("/references.txt", "/digests", "/search", "/topics/99999999999999999999/")


def _of_digests(most: int) -> Iterator[str]:
    digests = Digest.objects.order_by("pk")
    changed = digests.exclude(revisions=None).distinct()
    with_preamble = digests.exclude(preamble="")
    for digest in _unique(*(spread(each, most) for each in (digests, changed, with_preamble))):
        yield from _formats(digest.get_absolute_url())
        yield f"{digest.get_absolute_url()}?references=2"
    for slug in DigestAlias.objects.order_by("pk").values_list("slug", flat=True):
        yield from _formats(f"/digests/{quote(slug)}/")


def _of_topics(most: int) -> Iterator[str]:
    topics = _topics()
    changed, hidden = topics.exclude(revisions=None).distinct(), topics.exclude(status="live")
    groups = (topics, changed, hidden, topics.filter(is_open=True))
    for topic in _unique(*(spread(each, most) for each in groups)):
        yield from _formats(topic.get_absolute_url())
        yield f"{topic.get_absolute_url()}?references=2"
    for topic in spread(topics, min(4, most)):
        yield from _formats(f"/topics/{topic.pk}/")
        yield from _formats(f"/topics/{topic.pk}/another-title/?a=b")


def _of_tags(most: int) -> Iterator[str]:
    used = _most_used()
    renamed = Tag.objects.filter(name__contains="（").order_by("pk")
    shown = _unique(used[: most // 3], spread(used, most), renamed)
    for tag in shown:
        yield from _formats(tag.get_absolute_url())
        yield tag.get_absolute_url().removesuffix("/") + ".atom"
        yield f"/tags/{quote(tag.name, safe='')}/"
    for tag in shown[: min(3, most // 2)]:
        for page in _PAGES[1:]:
            yield from _formats(f"{tag.get_absolute_url()}?page={page}&digests={page}")
    slugs = [tag.slug for tag in used[: max(3, most // 4)]]
    for some in [*pairwise(slugs), *zip(slugs, slugs[1:], slugs[2:], strict=False), slugs[:4]]:
        yield from _formats(f"/tags/{quote('+'.join(sorted(some)), safe='+')}/")
        yield f"/tags/{quote('+'.join(reversed(some)), safe='+')}/"


def _of_references(most: int) -> Iterator[str]:
    references = Reference.objects.order_by("pk")
    cited = references.order_by("-topic_count", "pk")
    in_preamble = Citation.objects.exclude(digest=None).values("reference")
    edited = references.exclude(editor_title="")
    some = (cited[: most // 3], references.filter(pk__in=in_preamble)[: most // 4], edited[:most])
    for reference in _unique(spread(references, most), *some):
        page = reference.get_absolute_url()
        yield from _formats(page)
        yield from (f"{page.removesuffix('/')}.{suffix}" for suffix in (*FILES, "atom"))
    for reference in cited[: min(3, most // 2)]:
        for number in _PAGES[1:]:
            yield from _formats(f"{reference.get_absolute_url()}?page={number}&digests={number}")
        yield from _formats(f"/references/{reference.pk}/")
        yield from (f"/references/{reference.pk}.{suffix}" for suffix in (*FILES, "atom"))
        yield f"/references/{reference.pk}/another.bib"


def address(path: str, **asked: str) -> str:
    return f"{path}?{urlencode(asked)}" if asked else path


def _paged(path: str, **asked: str) -> Iterator[str]:
    yield address(path, **asked)
    yield from (address(path, **asked, page=page) for page in _PAGES)


def _formats(page: str) -> Iterator[str]:
    """A page and its variants; whatever follows a question mark is asked of each."""
    path, mark, query = page.partition("?")
    yield from (path.removesuffix("/") + end + mark + query for end in ("/", ".md", ".json"))


def _unique(*groups: Any) -> list[Any]:
    return list({row.pk: row for group in groups for row in group}.values())


def _topics() -> QuerySet[Topic]:
    return Topic.objects.order_by("pk")


def _most_used() -> list[Tag]:
    return list(Tag.objects.order_by("-topic_count", "name"))
