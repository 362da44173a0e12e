import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digests.tests.files import SEED, SMALL, import_path, import_text

pytestmark = pytest.mark.django_db


def test_the_seed_comes_back_byte_for_byte(tmp_path: Path) -> None:
    import_path(SEED)
    call_command("export_digests", "--output", str(tmp_path / "new" / "folder"))
    assert (tmp_path / "new" / "folder" / SEED.name).read_bytes() == SEED.read_bytes()


def test_only_the_named_digests_are_written(tmp_path: Path) -> None:
    import_path(SEED)
    import_text(tmp_path)
    out = tmp_path / "out"
    call_command("export_digests", "2024-07-11", "--output", str(out))
    assert [path.name for path in out.iterdir()] == ["2024-07-11.md"]


def test_json_is_one_digest_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_text(tmp_path, SMALL)
    call_command("export_digests", "--format", "json")
    (line,) = capsys.readouterr().out.splitlines()
    digest = json.loads(line)
    assert set(digest) == {"slug", "title", "published_at", "tags", "citations", "topics"}
    assert (digest["slug"], digest["title"]) == ("2024-07-11", "小结")
    assert digest["published_at"] == "2024-07-11T09:00:00+08:00"
    assert digest["tags"] == ["RAG", "MCTS"]
    assert [citation["title"] for citation in digest["citations"]] == ["博客"]
    topic = digest["topics"][0]
    assert isinstance(topic.pop("id"), int)
    assert topic == {
        "number": 1,
        "position": 0,
        "title": "在 RAG 中检索",
        "tags": ["RAG"],
        "points": [
            {"label": "问题", "kind": "question", "text": "召回率低"},
            {"label": "结论", "kind": "conclusion", "text": "用混合检索"},
        ],
        "citations": [
            {
                "label": "论文",
                "kind": "paper",
                "title": "Toolformer",
                "url": "https://arxiv.org/abs/2302.04761v2",
                "reference": "arxiv:2302.04761",
                "inline": False,
            }
        ],
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["nope", "--format", "json"],
        ["--format", "markdown"],
        ["--format", "json", "--output", "x"],
    ],
)
def test_wrong_usage_has_status_2(arguments: list[str]) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("export_digests", *arguments)
    assert caught.value.returncode == 2


def test_the_number_of_queries_does_not_grow_with_the_digests(tmp_path: Path) -> None:
    counts = []
    for number in range(3):
        import_text(tmp_path, SMALL, name=f"{number}.md")
        with CaptureQueriesContext(connection) as queries:
            call_command("export_digests", "--format", "json")
        counts.append(len(queries))
    assert len(set(counts)) == 1
