"""What a reader is given for a query, from an index of topics that were imported."""

from pathlib import Path

import pytest

from digests.search import find
from digests.tests.files import import_text

pytestmark = pytest.mark.django_db

TAGS = ["多模态", "多模态对齐", "多模态检索", "安全多模态", "多模态评测"]


def suggested(text: str) -> list[tuple[str, str]]:
    return [(each.kind, each.title) for each in find.suggest(text)]


def test_what_is_called_exactly_so_is_suggested_first(tmp_path: Path) -> None:
    import_text(tmp_path, f"---\ntags: {TAGS}\n---\n## 1. 多模态\n", name="2024-07-01.md")
    titles = [f"## {n}. 多模态 {n}\n" for n in range(6)]
    import_text(tmp_path, "".join(titles), name="2024-07-02.md")
    found = suggested("多模態")
    assert found[0] == ("tag", "多模态")
    assert [kind for kind, _ in found] == ["tag"] * 3 + ["topic"] * 5
    assert found[3] == ("topic", "多模态")
