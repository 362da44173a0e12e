"""Models of references and their citations."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from digests import identity, rendering, text
from digests.models.constraints import in_choices, only_one_of
from digests.models.digests import Topic
from digests.models.json_values import Utf8Encoder
from digests.models.readers import Reader
from digests.models.reversing import address_before, quoted, row_address
from digests.vocabulary import ReferenceKind, TopicStatus, VotedField


class ReferenceQuerySet(models.QuerySet["Reference"]):
    def visible_to(self, user: Reader) -> Self:
        """References that ``user`` may read: all of them, since the address of each is permanent.
        Lists show those that are `cited`."""
        return self.all()

    def cited(self) -> Self:
        """References that a live topic cites, or the preamble of a digest."""
        citations = Citation.objects.shown().filter(reference=models.OuterRef("pk"))
        return self.filter(Q(topic_count__gt=0) | models.Exists(citations))

    def most_cited_first(self) -> Self:
        return self.order_by("-topic_count", "pk")

    def with_votes(self) -> Self:
        """Annotate ``voted_title``, ``voted_kind`` and ``voted_url``, the values that most
        citations give, at a tie the one that was cited first; and ``is_cited``.

        A few seeks in indexes for each row, however many values and citations there are.
        """
        of_reference = Vote.objects.filter(reference=models.OuterRef("pk"))
        order = ("-count", "first_topic", "first_position", "value")
        winners = {
            f"voted_{field.value}": models.Subquery(
                of_reference.filter(field=field).order_by(*order).values("value")[:1]
            )
            for field in VotedField
        }
        citations = Citation.objects.shown().filter(reference=models.OuterRef("pk"))
        return self.annotate(**winners, is_cited=models.Exists(citations))


class Reference(models.Model):
    """A paper, repository, data set, page … under one key for all spellings of its URL; or a bare
    name.

    Only the editor's title is not derived from the citations. A reference without citations stays,
    since its address is permanent.
    """

    key = models.CharField(_("key"), max_length=identity.KEY_LENGTH, editable=False)
    kind = models.CharField(
        _("kind"), max_length=20, choices=ReferenceKind, default=ReferenceKind.OTHER, editable=False
    )
    cited_title = models.TextField(_("title as cited"), blank=True, editable=False)
    editor_title = models.TextField(
        _("title"), blank=True, help_text=_("Takes the place of the title as cited.")
    )
    url = models.TextField(_("address"), blank=True, editable=False)
    host = models.CharField(_("site"), max_length=253, blank=True, editable=False)
    topic_count = models.PositiveIntegerField(_("topics"), default=0, editable=False)
    # The reference of the same work that has the citations of this one since a rebuild. The row
    # stays, for its address and its history.
    joined_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="joined", editable=False
    )
    # Annotations of `with_votes`.
    voted_title: str | None
    voted_kind: str | None
    voted_url: str | None
    is_cited: bool

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        ordering = ["pk"]
        indexes = [
            models.Index(F("topic_count").desc(), F("id"), name="reference_most_cited"),
            models.Index(F("host"), F("topic_count").desc(), F("id"), name="reference_of_host"),
            models.Index(F("kind"), F("topic_count").desc(), F("id"), name="reference_of_kind"),
        ]
        constraints = [
            # `unique=True` would add an index for LIKE to that of the constraint.
            models.UniqueConstraint(fields=["key"], name="reference_of_key"),
            models.CheckConstraint(condition=~Q(key=""), name="reference_has_key"),
            in_choices("kind", ReferenceKind, name="reference_kind"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reference_address(self.pk, self.title)

    @property
    def is_titled(self) -> bool:
        """True if a text or an editor gave it a title; its address serves as one otherwise."""
        return bool(self.editor_title or self.cited_title)

    @property
    def title(self) -> str:
        return title_of(self.editor_title, self.cited_title, self.key, self.url)

    @property
    def slug(self) -> str:
        return _reference_slug(self.title)

    @property
    def scheme(self) -> str:
        """The first part of the key: ``arxiv``, ``doi``, ``github``, ``hf``, ``url``, ``name``."""
        return self.key.partition(":")[0]


def reference_address(pk: int, title: str) -> str:
    """The permanent address of a reference of which only these were read."""
    return row_address("digests:reference", pk, _reference_slug(title))


def reference_addresses(references: Iterable[tuple[int, str]]) -> list[str]:
    """The same for many, given by their ids and titles."""
    before = address_before("digests:reference", 2)
    return [f"{before}{quoted(f'{pk}/{_reference_slug(title)}')}/" for pk, title in references]


def title_of(editor_title: str, cited_title: str, key: str, url: str) -> str:
    """The title of a reference of which only these were read. Where nobody gave it one, its address
    stands for that."""
    return (
        editor_title or cited_title or url.partition("://")[2].rstrip("/") or key.partition(":")[2]
    )


def _reference_slug(title: str) -> str:
    return text.slug(title) or "reference"


class ReferenceAlias(models.Model):
    """A former key of a reference, from older rules of identity. No reference has it as its key."""

    key = models.CharField(_("key"), max_length=identity.KEY_LENGTH)
    reference = models.ForeignKey(Reference, models.CASCADE, related_name="aliases")

    class Meta:
        verbose_name = _("other key of a reference")
        verbose_name_plural = _("other keys of references")
        constraints = [models.UniqueConstraint(fields=["key"], name="reference_alias_of_key")]

    def __str__(self) -> str:
        return self.key


class CitationQuerySet(models.QuerySet["Citation"]):
    def visible_to(self, user: Reader, *, archived: bool = False) -> Self:
        """Citations in preambles, and in topics that are `TopicQuerySet.visible_to` the same.

        Of citations in archived topics as well, the few in deleted ones are taken off: a digest of
        many citations would else be joined with all topics.
        """
        deleted = Topic.objects.hidden(archived=False)
        return self.exclude(topic__in=deleted) if archived else self.shown()

    def shown(self) -> Self:
        """Citations in preambles and in live topics."""
        return self.filter(Q(topic=None) | Q(topic__status=TopicStatus.LIVE))


class Citation(models.Model):
    """Derived: a citation of a reference by a topic, or by the preamble of a digest.

    ``group`` is the label of its list, ``label`` its own. ``item`` is the index of its entry among
    all list entries of the text; None for a link in the running text. The first citation of an item
    has the entry, as ``html`` without its label and as ``text`` with it. The first citation of an
    address in the running text has the ``sentences`` that link there.
    """

    # The indexes of positions find the citations of a text, that below those of a reference.
    topic = models.ForeignKey(
        "digests.Topic", models.CASCADE, null=True, related_name="citations", db_index=False
    )
    digest = models.ForeignKey(
        "digests.Digest", models.CASCADE, null=True, related_name="citations", db_index=False
    )
    reference = models.ForeignKey(
        Reference, models.PROTECT, related_name="citations", db_index=False
    )
    position = models.PositiveIntegerField()
    item = models.PositiveIntegerField(null=True)
    group = models.CharField(_("list"), max_length=100, blank=True)
    label = models.CharField(_("label"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=ReferenceKind)
    title = models.TextField(_("title"), blank=True)
    url = models.TextField(_("address"), blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    # Lists of three texts: before the link, the words of the link, after it. See
    # `rendering.Sentence`.
    sentences = models.JSONField(default=list, blank=True, encoder=Utf8Encoder)

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["topic", "digest", "position"]
        indexes = [models.Index(fields=["reference", "topic"], name="citation_of_reference")]
        constraints = [
            only_one_of("topic", "digest", name="citation_in_topic_or_digest"),
            models.UniqueConstraint("topic", "position", name="citation_position_in_topic"),
            models.UniqueConstraint("digest", "position", name="citation_position_in_digest"),
            in_choices("kind", ReferenceKind, name="citation_kind"),
        ]

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def is_titled(self) -> bool:
        """True if its text is a title and more than the address."""
        return identity.is_title(self.title)

    @property
    def inline(self) -> bool:
        return self.item is None

    def rendered(self, base: str = "") -> SafeString:
        """HTML of the entry as written, its label first."""
        html = rendering.label_html(self.label) + self.html
        return rendering.fill(html, rendering.Place(base=base))


def entry_html(html: str) -> SafeString:
    """The HTML of an entry without its label, from the column ``html``."""
    return rendering.fill(html, rendering.Place())


def labelled_entry(label: str, html: str) -> SafeString:
    """The HTML of an entry as written, with the label of one of its citations first."""
    return entry_html(rendering.label_html(label) + html)


class VoteQuerySet(models.QuerySet["Vote"]):
    def visible_to(self, user: Reader) -> Self:
        """Votes of what ``user`` may read: all of them."""
        return self.all()


class Vote(models.Model):
    """Derived: the number of citations that give a reference this title, this kind or this address.

    Citations in preambles and in live topics vote. A text that is no title and the kind ``other``
    are no votes. ``first_topic`` and ``first_position`` are the place of the first citation in the
    order of citing, in which preambles, with the number 0, come before all topics.
    """

    # The id is a hash of reference, field and value, see `deriving.votes.vote_id`: PostgreSQL
    # indexes no text of over 2,704 bytes, and such an index would take as much room as the votes.
    reference = models.ForeignKey(Reference, models.CASCADE, related_name="votes", db_index=False)
    field = models.CharField(max_length=5, choices=VotedField)
    value = models.TextField()
    count = models.PositiveIntegerField()
    first_topic = models.BigIntegerField()
    first_position = models.PositiveIntegerField()

    objects = VoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote on a reference")
        verbose_name_plural = _("votes on references")
        constraints = [in_choices("field", VotedField, name="vote_field")]
        indexes = [
            models.Index(
                F("reference"),
                F("field"),
                F("count").desc(),
                F("first_topic"),
                F("first_position"),
                name="vote_winner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.value}: {self.count}"
