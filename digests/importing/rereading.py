"""The base of a merge, read as the present version reads it.

An earlier version has stored some titles, numbers and dates otherwise. What the file says as ever
is no change of the file, so the stored values are read again before the three are compared.
"""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from digests import parsing
from digests.importing.reading import Incoming
from digests.models import Digest, ImportedDigest, ImportedTopic
from digests.parsing.headings import Heading, read_title


def reread_titles(bases: Sequence[ImportedTopic], incoming: Incoming) -> set[int]:
    """Take numbers off the titles of sections that the file has with a number now, and off those
    of their topics. Returns the ids of these topics, which are not saved."""
    known = {Heading(topic.number, topic.title) for topic in incoming.parsed.topics}
    reread = set()
    for base in bases:
        heading, topic = read_title(base.title), base.topic
        if base.number is not None or heading.number is None or heading not in known:
            continue
        base.number, base.title = heading.number, heading.title
        if topic is not None and topic.number is None:
            heading = read_title(topic.title)
            topic.number, topic.title = heading.number, heading.title
            reread.add(topic.pk)
    return reread


def reread_values(
    last: dict[str, Any], theirs: dict[str, Any], imported: ImportedDigest, incoming: Incoming
) -> dict[str, Any]:
    """The fields of a digest as its last file says them, read anew where an editor has replaced
    what an earlier version made of them. One query at most."""
    digest, known = imported.digest, {}
    for name, told in (("title", _told_title), ("published_at", _told_date)):
        is_asked = getattr(digest, name) != last[name] != theirs[name]
        if is_asked and told(digest, incoming) == theirs[name]:
            known[name] = theirs[name]
    return last | known


def _told_title(digest: Digest, incoming: Incoming) -> str:
    """The title that stands below the front matter, or that the name is; what stands in front
    matter is the editor's."""
    text = digest.whole_text().removeprefix(digest.front_matter)
    zone, source = timezone.get_default_timezone(), incoming.source
    name = source.name if source.slug else ""
    try:
        return parsing.parse_digest(text, name=name, zone=zone).title
    except parsing.ParseError:
        return ""


def _told_date(digest: Digest, incoming: Incoming) -> Any:
    """The date that another key than ``date`` tells, which is the editor's, or that the name tells;
    None without any."""
    zone, source = timezone.get_default_timezone(), incoming.source
    name = parsing.date_in_name(source.name, zone) if source.slug else None
    return parsing.stand_in_date(digest.front_matter, zone) or name
