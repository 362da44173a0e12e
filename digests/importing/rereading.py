"""The base of a merge, read as the present version reads it.

An earlier version has stored some titles, numbers and dates otherwise. What the file says as ever
is no change of the file, so the stored values are read again before the three are compared.
"""

from collections.abc import Mapping, Sequence
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
    digest = imported.digest
    asked = [name for name in ("title", "published_at") if _is_open(name, digest, last, theirs)]
    told = _told(imported, incoming) if asked else {}
    return last | {name: theirs[name] for name in asked if told.get(name) == theirs[name]}


def _is_open(name: str, digest: Digest, last: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """True if an editor and, as it seems, the file have changed this field."""
    return bool(getattr(digest, name) != last[name] != theirs[name])


def _told(imported: ImportedDigest, incoming: Incoming) -> dict[str, Any]:
    """Title and date that the last file tells below its front matter, in keys that stand in for
    ours, or by its name. What stands in our own keys may be the editor's."""
    zone, source = timezone.get_default_timezone(), incoming.source
    sections = imported.topics.exclude(position=None).select_related("topic")
    texts = (base.topic.heading + base.body for base in sections if base.topic)
    text = "".join([imported.preamble, *texts])
    title, moment = parsing.read_stand_ins(imported.digest.front_matter, zone)
    try:
        parsed = parsing.parse_digest(text, name=source.name if source.slug else "", zone=zone)
    except parsing.ParseError:
        return {"title": title, "published_at": moment}
    return {"title": title or parsed.title, "published_at": moment or parsed.published_at}
