"""A topic is found however its signs are typed, and by every address of what it names."""

from pathlib import Path

import pytest

from digests.models import Reference
from digests.search.results import find
from digests.tests.files import import_text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("GPT‑4o", ["GPT-4o", "gpt—4o", "GPT−4o", '"GPT–4o"']),
        ("1024–2048", ["1024-2048", "1024−2048", "1024—2048"]),
        ("Let’s", ["Let's", "let´s", "Let′s"]),
        ("约翰·史密斯", ["约翰•史密斯", "约翰・史密斯", "约翰‧史密斯"]),
        ("10〜20", ["10~20", "10～20"]),
        ("16∶9", ["16:9", "16：9"]),
        ("½", ["1/2", "1∕2"]),
        ("x⁻³", ["x-3", "x−3"]),
        ("D’Angelo", ["D'Angelo", "dʼangelo"]),
        ("A∗", ["a*", "A＊"]),
        ("Re\u00adtrieval", ["retrieval", "re\u200btrieval"]),
    ],
)
def test_signs_that_look_alike_find_each_other(
    tmp_path: Path, written: str, typed: list[str]
) -> None:
    import_text(tmp_path, f"## 1. 甲\n* **问题**: 谈 {written} 的用法\n\n## 2. 乙\n别的\n")
    for text in (*typed, written):
        found = find.search(text)
        assert (text, found.total, len(found.hits)) == (text, 1, 1)
        marked = [piece for piece, is_hit in found.hits[0].excerpts[0].pieces if is_hit]
        assert marked == [written.removesuffix("∗")]


PAPERS = """## 1. 甲
* **问题**: 见 arXiv:2401.00001v2 的附录

## 2. 乙
* **结论**: 与 DOI 10.1145/3292500 一致

## 3. 丙
数据取自 (10.1016/S0140-6736(20)30183-5)，另见 arXiv:hep-th/9901001

## 4. 丁
代码在 github.com/deep/seek
"""


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        (
            "甲",
            [
                "https://arxiv.org/abs/2401.00001", "http://arxiv.org/pdf/2401.00001v1.pdf",
                "arxiv.org/abs/2401.00001", "arXiv:2401.00001", "2401.00001v3",
                "https://doi.org/10.48550/arXiv.2401.00001", "https://alphaxiv.org/abs/2401.00001",
                "ref:arxiv:2401.00001", "ref:2401.00001", "ref:https://arxiv.org/abs/2401.00001",
            ],
        ),
        (
            "乙",
            [
                "https://doi.org/10.1145/3292500", "doi:10.1145/3292500", "10.1145/3292500",
                "https://dl.acm.org/doi/10.1145/3292500", "ref:10.1145/3292500",
                "ref:doi:10.1145/3292500", "doi.org/10.1145/3292500",
            ],
        ),
        (
            "丙",
            [
                "https://doi.org/10.1016/S0140-6736(20)30183-5",
                "https://doi.org/10.1016/S0140-6736%2820%2930183-5",
                "10.1016/S0140-6736(20)30183-5", "(10.1016/S0140-6736(20)30183-5)",
                "ref:10.1016/S0140-6736(20)30183-5", "10.1016/S0140‑6736(20)30183‑5",
                "https://arxiv.org/abs/hep-th/9901001", "ref:arxiv:hep-th/9901001",
            ],
        ),
        (
            "丁",
            [
                "https://github.com/deep/seek", "https://www.github.com/Deep/Seek/",
                "github.com/deep/seek",
            ],
        ),
    ],
)  # fmt: skip
def test_a_topic_that_names_a_work_is_found_by_each_of_its_addresses(
    tmp_path: Path, title: str, typed: list[str]
) -> None:
    import_text(tmp_path, PAPERS)
    assert not Reference.objects.exists()
    for text in typed:
        found = find.search(text)
        titles = [] if found.relaxed else [hit.topic.title for hit in found.hits]
        assert (text, titles) == (text, [title])


def test_another_number_of_the_same_beginning_is_another_work(tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. 甲\n见 10.1145/3292500.3330701，arXiv:2401.000012\n")
    for typed in (
        "ref:10.1145/3292500",
        "ref:arxiv:2401.00001",
        "https://arxiv.org/abs/2401.00001",
    ):
        assert find.search(typed).total == 0
    assert find.search("ref:10.1145/3292500.3330701").total == 1
