"""References whose keys older rules of identity gave: renamed, or joined with those of the new key.

The reference of the older address stays. The other one keeps its row, for its history and as a
redirect, and gives its citations and its title away.
"""

from collections.abc import Iterator, Sequence

from digests import identity
from digests.changes.history import Author, store_versions
from digests.changes.transaction import write_transaction
from digests.deriving.votes import recount_votes
from digests.grouping import batched
from digests.models import Citation, Conflict, Reference, ReferenceAlias, Vote
from digests.search import index
from digests.vocabulary import ConflictField, VotedField

# References that one transaction renames or joins.
_BATCH = 50
_CHUNK = 2_000


def update_keys() -> int:
    """Give all references the keys of today's rules. Returns the number of joined ones.

    Reads each reference once, in chunks. A transaction for each `_BATCH` of old keys, so that a
    second call goes on where the first one was stopped.
    """
    return sum(_update_some(some) for some in batched(_of_old_keys(), _BATCH))


def _of_old_keys() -> Iterator[int]:
    last = 0
    columns = ("pk", "key", "url")
    while True:
        found = Reference.objects.filter(pk__gt=last, joined_into=None).order_by("pk")
        rows = list(found.values_list(*columns)[:_CHUNK])
        if not rows:
            return
        last = rows[-1][0]
        old = [row for row in rows if _key_today(row[1], row[2]) != row[1]]
        addresses: dict[int, set[str]] = {}
        votes = Vote.objects.filter(reference__in=[row[0] for row in old], field=VotedField.URL)
        for pk, url in votes.values_list("reference", "value"):
            addresses.setdefault(pk, set()).add(url)
        for pk, key, _ in old:
            # An address that still has the old key would become one of the new key.
            if all(_key_today(key, url) != key for url in addresses.get(pk, ())):
                yield pk


def _key_today(key: str, url: str) -> str:
    try:
        if url:
            return identity.of_url(url).key
        kind, _, name = key.partition(":")
        return identity.of_name(name).key if kind == "name" else key
    except ValueError:
        return key


def _update_some(references: Sequence[int]) -> int:
    joined = 0
    touched: set[int] = set()
    with write_transaction():
        for pk in references:
            row = Reference.objects.get(pk=pk)
            key = _key_today(row.key, row.url)
            if row.joined_into_id or key == row.key:
                continue  # joined by an earlier one of this batch
            touched.add(pk)
            if other := _of_key(key):
                touched.add(other.pk)
                _join(*sorted((row, other), key=lambda each: each.pk), key=key)
                joined += 1
            else:
                ReferenceAlias.objects.create(key=row.key, reference=row)
                _set_key(row, key)
        if touched:
            recount_votes(sorted(touched))
            citing = Citation.objects.filter(reference__in=touched, topic__isnull=False)
            topics = set(citing.values_list("topic", flat=True))
            index.refresh(topics=topics, references=touched)
    return joined


def _of_key(key: str) -> Reference | None:
    row = Reference.objects.filter(key=key).select_related("joined_into").first()
    if row is None:
        row = Reference.objects.filter(aliases__key=key).first()
    return row and (row.joined_into or row)


def _set_key(row: Reference, key: str) -> None:
    ReferenceAlias.objects.filter(key=key).delete()
    row.key = key
    row.save(update_fields=["key"])


def _join(stays: Reference, goes: Reference, *, key: str) -> None:
    """Join one reference into another, of which one has the key already or had it before."""
    titles = stays.editor_title, goes.editor_title
    before = {("reference", row.pk): {"editor_title": row.editor_title} for row in (stays, goes)}
    if stays.key != key:
        old = stays.key
        if goes.key == key:  # no two rows may ever share a key
            _set_key(stays, f"{key[:100]} {goes.pk}")
            _set_key(goes, old)
        else:
            ReferenceAlias.objects.create(key=old, reference=stays)
        _set_key(stays, key)
    stays.editor_title = stays.editor_title or goes.editor_title
    stays.save(update_fields=["editor_title"])
    goes.joined_into = stays
    goes.save(update_fields=["joined_into"])
    Citation.objects.filter(reference=goes).update(reference=stays)
    Reference.objects.filter(joined_into=goes).update(joined_into=stays)
    ReferenceAlias.objects.filter(reference=goes).update(reference=stays)
    Conflict.objects.filter(reference=goes, settled_at=None).update(reference=stays)
    if all(titles) and titles[0] != titles[1]:
        Conflict.objects.create(
            reference=stays, field=ConflictField.EDITOR_TITLE, theirs=goes.editor_title
        )
    names = {stays.pk: f"#{goes.pk} {goes.key}", goes.pk: f"#{stays.pk} {stays.key}"}
    rows = {("reference", row.pk): row.editor_title for row in (stays, goes)}
    pairs = {
        at: (before[at], {"editor_title": title, "joined": names[at[1]]})
        for at, title in rows.items()
    }
    store_versions(Author(is_import=True), pairs, {})
