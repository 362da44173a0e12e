"""The state that a story leaves, as text that is the same in every version of this project.

It reads the exports, the pages, and of the models what has a name of the field: no ids, which
depend on the database, no times of now, and nothing that only serves storage. Where a model
changes, this module follows, so that the text stays comparable.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import html5lib
from django.core.management import call_command
from django.test import Client

from digests.models import (
    Conflict,
    Digest,
    ImportRun,
    Reference,
    RejectedTag,
    Revision,
    Tag,
    TaggedTopic,
    Topic,
)

_TOPIC_ID = re.compile(r"(\btopics?[-/])(\d+)")
_REFERENCE_ID = re.compile(r"(\breferences?/)(\d+)")


def record(story: int, file: Path, folder: Path) -> None:
    """Append the number of a story and the hash of its end state to ``file``.

    The whole state goes into a folder beside it, for whoever asks why two hashes differ. Exports
    are written to ``folder``.
    """
    text = json.dumps(_end_state(folder), ensure_ascii=False, indent=1, sort_keys=True)
    states = file.with_name(f"{file.name}.states")
    states.mkdir(parents=True, exist_ok=True)
    (states / f"{story:03}.json").write_text(text)
    with file.open("a") as opened:
        opened.write(f"{story} {sha256(text.encode()).hexdigest()}\n")


def _end_state(folder: Path) -> dict[str, Any]:
    names = _Names()
    return {
        "exports": _exports(folder),
        "json": [names.without_ids(row) for row in _exported_json()],
        "topics": {names.topics[topic.pk]: _topic(topic, names) for topic in Topic.objects.all()},
        "digests": {digest.slug: _digest_page(digest, names) for digest in Digest.objects.all()},
        "references": {row.key: _reference(row) for row in Reference.objects.all()},
        "tags": {tag.slug: [tag.name, tag.topic_count] for tag in Tag.objects.all()},
        "conflicts": sorted(_conflicts(names)),
        "versions": dict(Counter(_versions(names))),
        "imports": [
            [run.created, run.updated, run.unchanged, run.failed, run.conflicts]
            for run in ImportRun.objects.order_by("pk")
        ],
    }


class _Names:
    """Names in place of ids: topics by the order in which they came, references by their key."""

    def __init__(self) -> None:
        ids = Topic.objects.order_by("pk").values_list("pk", flat=True)
        self.topics = {pk: f"topic {place}" for place, pk in enumerate(ids)}
        self.references = dict(Reference.objects.values_list("pk", "key"))

    def in_text(self, text: str) -> str:
        text = _TOPIC_ID.sub(lambda m: f"{m[1]}({self.topics[int(m[2])]})", text)
        return _REFERENCE_ID.sub(lambda m: f"{m[1]}({self.references[int(m[2])]})", text)

    def without_ids(self, value: Any) -> Any:
        match value:
            case dict():
                return {key: self.without_ids(of) for key, of in value.items() if key != "id"}
            case list():
                return [self.without_ids(one) for one in value]
            case str():
                return self.in_text(value)
        return value


def _exports(folder: Path) -> dict[str, str]:
    call_command("export_digests", output=str(folder))
    return {path.name: path.read_bytes().decode() for path in folder.iterdir()}


def _exported_json() -> list[Any]:
    output = StringIO()
    call_command("export_digests", format="json", stdout=output)
    return [json.loads(line) for line in output.getvalue().splitlines()]


def _topic(topic: Topic, names: _Names) -> dict[str, Any]:
    taggings = TaggedTopic.objects.filter(content_object=topic)
    rejections = RejectedTag.objects.filter(topic=topic)
    address = f"/topics/{topic.pk}/{topic.slug}"
    return {
        "status": topic.status,
        "position": topic.position if topic.is_live else None,
        "number": topic.number,
        "title": topic.title,
        "text": topic.whole_text,
        "question": [topic.question, topic.is_open],
        "is edited": topic.edited_at is not None,
        "tags": sorted(taggings.values_list("tag__name", "origin")),
        "rejected tags": sorted(rejections.values_list("tag__name", flat=True)),
        "page": [names.in_text(html) for html in _rendered(f"{address}/")],
        "page as JSON": names.without_ids(_json(f"{address}.json")),
    }


def _digest_page(digest: Digest, names: _Names) -> list[str]:
    return [names.in_text(html) for html in _rendered(f"/digests/{digest.slug}/")]


def _reference(reference: Reference) -> dict[str, Any]:
    return {
        "title": reference.title,
        "kind": reference.kind,
        "url": reference.url,
        "topics": reference.topic_count,
    }


def _conflicts(names: _Names) -> Iterator[list[str]]:
    for conflict in Conflict.objects.all():
        row = names.topics[conflict.topic_id] if conflict.topic_id else "digest"
        is_open = "settled" if conflict.settled_at else "open"
        yield [row, conflict.field, conflict.base, conflict.theirs, is_open, conflict.settlement]


def _versions(names: _Names) -> Iterator[str]:
    for revision in Revision.objects.all():
        if revision.topic_id:
            yield names.topics[revision.topic_id]
        elif revision.reference_id:
            yield names.references[revision.reference_id]
        else:
            yield "digest"


def _json(address: str) -> Any:
    response = Client().get(address)
    return response.json() if response.status_code == 200 else response.status_code


def _rendered(address: str) -> list[str]:
    """The titles and the texts of a page, without all that stands around them."""
    response = Client().get(address)
    if response.status_code != 200:
        return [str(response.status_code)]
    page = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    texts = [*page.iter("h1"), *(e for e in page.iter() if "content" in e.get("class", "").split())]
    return [html5lib.serialize(element, omit_optional_tags=False) for element in texts]
