"""Addresses of all kinds of pages of a filled database. Import it after `database.set_up`."""

from collections.abc import Sequence
from itertools import cycle, islice
from random import Random
from urllib.parse import quote

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.http import urlencode

from digests.models import Digest, Point, Reference, Tag, Topic

_SEED = 5


def by_kind(number: int) -> dict[str, list[str]]:
    """Addresses of each kind of page, ``number`` of each; where there are fewer they repeat."""
    newest = Digest.objects.newest_first()[0]
    at = timezone.localtime(newest.published_at)
    words = [tag.name for tag in Tag.objects.most_used_first()[:3]]
    cited = Reference.objects.most_cited_first()
    tags = Tag.objects.most_used_first()
    kinds: dict[str, Sequence[str]] = {
        "topic": _some(Topic.objects.live(), number),
        "digest": _some(Digest.objects.all(), number),
        "tag": _some(Tag.objects.filter(topic_count__gt=1), number),
        "most used tag": _addresses(tags[:1]),
        "two tags": [f"/tags/{'+'.join(sorted(quote(tag.slug) for tag in tags[:2]))}/"],
        "list": _pages("/digests/", Digest.objects.count() // 20, number),
        "home": ["/"],
        "reference": _some(Reference.objects.filter(topic_count__gt=1), number),
        "most cited reference": _addresses(cited[:1]),
        "well cited reference": _addresses(cited[1 : number + 1]),
        "labels": ["/labels/"],
        "label": _labels(),
        "questions": ["/questions/"],
        "tags": ["/tags/", "/tags/?order=name"],
        "references": _pages("/references/", Reference.objects.cited().count() // 50, number),
        "references, filtered": ["/references/?kind=paper", f"/references/?year={at.year}"],
        "archive": ["/archive/"],
        "archive of a year": [f"/archive/{at.year}/"],
        "archive of a month": [f"/archive/{at.year}/{at.month}/"],
        "statistics": ["/stats/"],
        "changes": ["/changes/"],
        "search": [f"/search/?{urlencode({'q': word})}" for word in words],
    }
    return {kind: list(islice(cycle(some), number)) for kind, some in kinds.items() if some}


def signed_in() -> dict[str, str]:
    """Headers of a reader with an account, whom this creates if need be."""
    user, _ = User.objects.get_or_create(username="benchmark-reader")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {"Cookie": f"sessionid={session.session_key}"}


def _some(rows: QuerySet[Model], number: int) -> list[str]:
    """Addresses of rows that a seed chooses."""
    pks = sorted(rows.values_list("pk", flat=True))
    chosen = Random(_SEED).sample(pks, min(number, len(pks)))  # noqa: S311 - nothing secret here
    return _addresses(rows.filter(pk__in=chosen))


def _addresses(rows: QuerySet[Model]) -> list[str]:
    return [row.get_absolute_url() for row in rows]  # type: ignore[attr-defined]


def _labels() -> list[str]:
    return [f"/labels/{kind}/" for kind in Point.objects.counts_by_kind()]


def _pages(address: str, last: int, number: int) -> list[str]:
    """Addresses of pages of a list, evenly from the first to the last."""
    return [f"{address}?page={1 + n * max(last - 1, 0) // number}" for n in range(number)]
