"""Files that were renamed: their digests follow, and the old addresses lead there still."""

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path

from digests.importing.reading import Incoming
from digests.models import Digest, DigestAlias, ImportedDigest


def follow_renamed(files: Sequence[Incoming], taken: Collection[str]) -> dict[str, str]:
    """Rename digests whose files were renamed. Returns their old slugs, which become aliases, by
    the new ones.

    A file was renamed if its bytes are those of a digest's last import, it tells the same date or
    none, and the path of that import no longer holds these bytes. If the path does, the file is a
    copy, because two days may have the same text. ``taken``: slugs of digests whose files this run
    has met, which are not renamed. A renamed digest frees its slug, which may be the new one of
    another, so the search begins anew after each.
    """
    renamed: dict[str, str] = {}
    while True:
        known = set(
            Digest.objects.filter(slug__in=[f.slug for f in files]).values_list("slug", flat=True)
        )
        by_sha = {file.sha256: file for file in files if file.slug not in known}
        candidates = ImportedDigest.objects.filter(sha256__in=by_sha).select_related("digest")
        # Slugs are compared here, because a run may have met any number of files.
        met = {*taken, *renamed}
        free = (row for row in candidates if row.digest.slug not in met)
        found = next((row for row in free if _is_of(row, by_sha[row.sha256])), None)
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
