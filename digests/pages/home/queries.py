"""What the front page shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import (
    Case,
    Count,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone

from digests.models import Digest, DigestQuerySet, Reference, Tag, Topic
from digests.pages.parts.rows import listed_digests
from digests.vocabulary import TopicStatus

DIGESTS_ON_FRONT = 7
ARRIVED_AT_MOST = 20
ARRIVED_IN_FULL = 3
QUESTIONS_ON_FRONT = 5
REFERENCES_ON_FRONT = 8
TAGS_ON_FRONT = 10
RECENT = timedelta(days=90)


@dataclass(frozen=True)
class DigestInBrief:
    digest: Digest
    topics: list[Topic]


@dataclass(frozen=True)
class Recent:
    """The 90 days up to ``end``: up to now, or up to the newest digest where that is older."""

    end: datetime
    is_current: bool

    @classmethod
    def of(cls, newest: Digest | None, now: datetime) -> "Recent":
        if newest is None or newest.published_at > now - RECENT:
            return cls(now, is_current=True)
        return cls(newest.published_at, is_current=False)

    @property
    def start(self) -> datetime:
        return self.end - RECENT


@dataclass(frozen=True)
class MovingTag:
    """With the numbers of its topics in the last 90 days and in the 90 days before."""

    tag: Tag
    recent: int
    before: int


@dataclass(frozen=True)
class Front:
    """``arrived`` came since the last visit, besides the newest; ``new`` are the ids of all that
    did."""

    newest: DigestInBrief | None
    arrived: list[DigestInBrief]
    earlier: list[Digest]
    new: set[int]
    open_questions: list[Topic]
    recent: Recent
    discussed: list[Reference]
    moving: list[MovingTag]


def front(last_visit: datetime | None) -> Front:
    """Four queries. Without a last visit nothing is new."""
    digests = list(_newest_and_arrived(last_visit))
    newest, others = (digests[0] if digests else None), digests[1:]
    new = {row.pk for row in digests if last_visit and row.created_at > last_visit}
    arrived = [row for row in others if row.pk in new][:ARRIVED_IN_FULL]
    in_full = [newest, *arrived] if newest else []
    topics, open_questions = _topics(in_full)
    recent = Recent.of(newest, timezone.now())
    return Front(
        newest=DigestInBrief(newest, topics[newest.pk]) if newest else None,
        arrived=[DigestInBrief(row, topics[row.pk]) for row in arrived],
        earlier=[row for row in others if row not in arrived][: DIGESTS_ON_FRONT - 1],
        new=new,
        open_questions=open_questions,
        recent=recent,
        discussed=list(_most_discussed(recent)[:REFERENCES_ON_FRONT]),
        moving=_on_the_move(recent)[:TAGS_ON_FRONT],
    )


def _newest_and_arrived(last_visit: datetime | None) -> QuerySet[Digest]:
    shown = Q(pk__in=Digest.objects.newest_first().values("pk")[:DIGESTS_ON_FRONT])
    if last_visit:
        # What was created last has the highest ids: an index for the time is not needed.
        latest = Digest.objects.order_by("-pk").values("pk")[:ARRIVED_AT_MOST]
        shown |= Q(pk__in=latest, created_at__gt=last_visit)
    return listed_digests().filter(shown)


def _topics(digests: list[Digest]) -> tuple[dict[int, list[Topic]], list[Topic]]:
    """Those of each digest by its id, and the newest open questions; in one query."""
    live = Topic.objects.live()
    newest = live.open().newest_first().values("pk")[:QUESTIONS_ON_FRONT]
    rows = (
        live.order_by()  # SQLite wants no order within a union
        .select_related("digest")
        .only("digest__published_at", "position", "number", "heading", "title", "is_open")
    )
    topics = list(rows.filter(digest__in=digests).union(rows.filter(pk__in=newest)))
    topics.sort(key=lambda topic: topic.position)
    by_digest: dict[int, list[Topic]] = {digest.pk: [] for digest in digests}
    for topic in topics:
        if topic.digest_id in by_digest:
            by_digest[topic.digest_id].append(topic)
    topics.sort(key=lambda topic: (topic.digest.published_at, topic.digest_id), reverse=True)
    return by_digest, [topic for topic in topics if topic.is_open][:QUESTIONS_ON_FRONT]


def _digests_since(start: datetime) -> DigestQuerySet:
    """As a condition for topics it makes SQLite begin with these few digests."""
    return Digest.objects.filter(published_at__gte=start)


def _most_discussed(recent: Recent) -> QuerySet[Reference]:
    """The references that most topics of this time cite, each with their number as ``recent``."""
    return (
        Reference.objects.filter(
            citations__topic__status=TopicStatus.LIVE,
            citations__topic__digest__in=_digests_since(recent.start),
        )
        .annotate(recent=Count("citations__topic", distinct=True))
        .order_by("-recent", "-topic_count", "pk")
    )


def _on_the_move(recent: Recent) -> list[MovingTag]:
    """The tags whose share of the topics rose most against the 90 days before."""
    is_now = Q(digest__published_at__gte=recent.start)
    topics = Topic.objects.live().filter(digest__in=_digests_since(recent.start - RECENT))
    by_tag = (
        topics.order_by()
        .filter(taggings__isnull=False)
        .values_list("taggings__tag__slug", "taggings__tag__name")
        .annotate(recent=Count("pk", filter=is_now), before=Count("pk", filter=~is_now))
    )
    of_all = (
        topics.order_by()
        .annotate(slug_=Value(""), name=Value(""))
        .annotate(recent=_count_where(is_now), before=_count_where(~is_now))
        .values_list("slug_", "name", "recent", "before")
    )
    tags: list[MovingTag] = []
    topics_now = topics_before = 0
    for slug, name, now, before in by_tag.union(of_all, all=True):
        if slug:
            tags.append(MovingTag(Tag(slug=slug, name=name), now, before))
        else:
            topics_now, topics_before = now, before

    def rise(tag: MovingTag) -> float:
        return tag.recent / (topics_now or 1) - tag.before / (topics_before or 1)

    risen = (tag for tag in tags if rise(tag) > 0)
    return sorted(risen, key=lambda tag: (-rise(tag), -tag.recent, tag.tag.name))


def _count_where(condition: Q) -> Func:
    """Of all rows: an aggregate of Django's would group by the id."""
    return Func(Case(When(condition, then=F("pk"))), function="COUNT", output_field=IntegerField())
