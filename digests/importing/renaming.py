"""Files that were renamed: their digests follow, and the old addresses lead there still."""

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path

from digests.importing.reading import Incoming
from digests.models import Digest, DigestAlias, ImportedDigest


def follow_renamed(files: Sequence[Incoming], taken: Collection[str]) -> dict[str, str]:
    """Give digests the new names of their files; by these, the old ones, which lead there still.

    A file was renamed if its bytes are those of a known digest, the day that it tells is the same,
    and the place that they were read from no longer holds them: else it is a copy, and two days may
    well have the same text. One that is renamed may free its name for the next.
    """
    renamed: dict[str, str] = {}
    while True:
        known = set(
            Digest.objects.filter(slug__in=[f.slug for f in files]).values_list("slug", flat=True)
        )
        by_sha = {file.sha256: file for file in files if file.slug not in known}
        candidates = ImportedDigest.objects.filter(sha256__in=by_sha).exclude(
            digest__slug__in={*taken, *renamed}
        )
        found = next(
            (row for row in candidates.select_related("digest") if _is_of(row, by_sha[row.sha256])),
            None,
        )
        if found is None:
            return renamed
        slug = by_sha[found.sha256].slug
        renamed[slug] = found.digest.slug
        _rename(found.digest, slug)


def _is_of(row: ImportedDigest, file: Incoming) -> bool:
    if file.parsed.published_at not in {None, row.published_at}:
        return False
    before = Path(row.path)
    try:
        there = before.read_bytes() if before.is_absolute() else b""
    except OSError:
        return True
    return hashlib.sha256(there).hexdigest() != row.sha256


def _rename(digest: Digest, slug: str) -> None:
    DigestAlias.objects.filter(slug=slug).delete()
    DigestAlias.objects.create(slug=digest.slug, digest=digest)
    digest.slug = slug
    digest.save(update_fields=["slug", "updated_at"])
