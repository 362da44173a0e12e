"""Results of queries on an index of imported topics."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from digests.models import Digest, Reference, Tag, Topic
from digests.pages.parts.counted import found_counted
from digests.pages.search.describing import described
from digests.search.engines import Order
from digests.search.language.parser import parse
from digests.search.results import coverage, find
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


def instead(text: str) -> list[str]:
    return [each.query for each in find.search(text).alternatives]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("trasnformer atention", "transformer attention"),
        ('trasnformer "atention"', 'transformer "attention"'),
        ("qianghua xuexi", "强化 学习"),
        ("trasnformer 显存 atention -RAG", "transformer 显存 attention -RAG"),
    ],
)
def test_several_misspelt_words_are_corrected_at_once(
    tmp_path: Path, typed: str, meant: str
) -> None:
    import_text(tmp_path, "## 1. Transformer attention 的显存\n## 2. 深度强化学习\n")
    assert instead(typed) == [meant]


def parts(text: str) -> list[tuple[str, int]]:
    return [(part.query, part.count) for part in find.search(text).parts.queries]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("LLM显卡", [("LLM 显卡", 1), ("LLM", 3), ("显卡", 2)]),
        ("训练报错", [("训练", 1)]),
        ("大模型部署", [("大模型 部署", 1), ("大模型", 1), ("部署", 1)]),
        ("模型怎么部署", [("模型 部署", 1), ("模型", 2), ("部署", 1)]),
        ("80G显卡", [("显卡", 2)]),
        ("GPT‑4o显卡", [("GPT‑4o 显卡", 1), ("GPT‑4o", 1), ("显卡", 2)]),
        ("llm訓練", [("llm 訓練", 1), ("訓練", 1), ("llm", 3)]),
        ("tag:RAG 模型显卡", []),
        ("LLM显卡 训练报错", []),
        ("LLM显卡 显卡LLM", [("LLM 显卡 显卡 LLM", 1)]),
        ('"LLM显卡"', []),
        ("-LLM显卡", []),
        ("显卡", []),
    ],
)
def test_parts_of_a_word_are_offered_if_nothing_has_it_in_one_piece(
    tmp_path: Path, typed: str, expected: list[tuple[str, int]]
) -> None:
    import_text(
        tmp_path,
        "## 1. LLM 的显存\n在显卡上\n\n## 2. LLM 的训练\n\n## 3. 大模型\n怎样部署\n\n"
        "## 4. GPT-4o\n用显卡和模型\n\n## 5. LLM\n",
    )
    assert sorted(parts(typed)) == sorted(expected)


def test_the_parts_keep_the_fields_and_filters_of_a_query(tmp_path: Path) -> None:
    text = "---\ntags: [RAG]\n---\n## 1. RAG\n显存的带宽\n\n## 2. 显存\n带宽\n"
    import_text(tmp_path, text)
    assert parts("tag:RAG 显存带宽") == [
        ("tag:RAG 显存 带宽", 1),
        ("tag:RAG 显存", 1),
        ("tag:RAG 带宽", 1),
    ]
    of_tag = find.search("显存带宽", chosen={"tag": ["rag"]}).parts.queries
    assert [part.count for part in of_tag] == [1, 1, 1]


def test_what_is_found_in_one_piece_is_cut_only_where_its_parts_find_far_more(
    tmp_path: Path,
) -> None:
    topics = [f"## {n}. 显存 {n}\n\n" for n in range(30)]
    import_text(tmp_path, "".join(topics) + "## 99. 用80G显存\n")
    assert parts("80G显存") == [("80G 显存", 1), ("80G", 1), ("显存", 31)]
    import_text(tmp_path, "## 1. 80G显存\n\n## 2. 80G显存\n\n## 3. 80G显存\n", name="b.md")
    assert parts("80G显存") == []


def test_of_words_that_all_are_common_the_rarest_finds_topics(tmp_path: Path) -> None:
    topics = [f"## {n}. 话题\n模型{'在 LLM 中' if n % 2 else ''}\n\n" for n in range(10)]
    import_text(tmp_path, "".join(topics))
    found = find.search("LLM模型显卡")
    assert (found.total, found.relaxed) == (5, ["llm", "模型"])


def test_what_stands_in_brackets_is_a_word_of_its_own(tmp_path: Path) -> None:
    import_text(
        tmp_path,
        "## 1. 强化学习\n其中 RLHF\n\n## 2. 强化学习\n\n## 3. RLHF\n\n## 4. 强化学习（RLHF）\n",
    )
    for typed in ("强化学习(RLHF)", "强化学习（RLHF）", "【强化学习】RLHF"):
        assert titles(typed) == ["强化学习（RLHF）", "强化学习"]


LLAMA = "".join(f"## {n}. Llama-3 与 4-bit\nKV cache\n\n" for n in range(40))


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("llama3", [("llama-3", 40)]),
        ("Llama3 与", [("Llama-3 与", 40)]),
        ("4bit", [("4-bit", 40)]),
        ("KV-cache", [('"KV cache"', 40)]),
        ('"llama 3"', [('"llama-3"', 40)]),
        ("llama-3", []),
        ("Llama", []),
    ],
)
def test_another_spelling_that_finds_far_more_is_offered(
    tmp_path: Path, typed: str, offered: list[tuple[str, int]]
) -> None:
    few = "## 1. Llama3 与\n4bit 的 KV-cache\n\n"
    import_text(tmp_path, LLAMA, name="many.md")
    import_text(tmp_path, few, name="few.md")
    found = find.search(typed)
    assert found.total
    assert [(other.query, other.count) for other in found.alternatives] == offered


def test_the_way_round_the_spelling_in_one_word_is_offered(tmp_path: Path) -> None:
    import_text(tmp_path, LLAMA.replace("Llama-3", "Llama3") + "## 99. Llama-3\n")
    assert instead("Llama-3") == ["Llama3"]
    assert instead("Llama‑3") == ["Llama3"]


def test_another_spelling_is_not_offered_for_a_few_topics_more(tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. gpt4\n\n" + "".join(f"## {n}. GPT-4\n\n" for n in range(10)))
    assert instead("gpt4") == []
    import_text(tmp_path, "## 1. GPT-4\n", name="b.md")
    assert instead("gpt4") == ["gpt-4"]


def test_without_a_hit_every_spelling_that_finds_something_is_offered(tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. 用 RTX-4090\n")
    assert instead("rtx4090") == ["rtx-4090"]


def test_a_search_counts_other_queries_in_one_statement_and_only_where_there_are_some(
    tmp_path: Path,
) -> None:
    import_text(tmp_path, LLAMA + "## 50. Llama3 的检索增强\n检索 agents\n")
    usual = _statements("检索")
    assert _statements("检索增强") == usual + 1  # in one piece in so few topics
    assert _statements("llama3") == usual + 1


def _statements(typed: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert find.search(typed).total
    return len(captured)


def test_a_formula_is_found_by_its_source_and_shown_so(tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. 损失\n\n* **方法**: 取 $\\frac{a_w}{b}$ 的对数\n\n## 2. 别的\n")
    (hit,) = find.search("frac 对数").hits
    (excerpt,) = hit.excerpts
    assert "".join(text for text, _ in excerpt.pieces) == "取 $\\frac{a_w}{b}$ 的对数"


def test_another_form_of_a_word_is_offered_if_topics_have_it(tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. Agents 与 models\n\n## 2. Agent 的 RAG\n\n## 3. Agents\n")
    assert [(other.query, other.count) for other in find.search("agent").alternatives] == [
        ("agents", 2)
    ]
    # With OR the query finds something even if the form does not.
    assert instead("rag OR model") == ["rag OR models"]
    assert instead("rag OR lora") == []


def test_a_word_that_no_topic_has_is_the_one_to_leave_out(tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. Transformer attention 的显存\n")
    assert instead("显存 attention qqzzqq") == ["显存 attention"]
    assert instead("qqzzqq zzqqzz") == []


def test_labels_are_shown_with_their_blanks(tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. 延迟\n* **实验 结果 A/B**: 三成\n\n## 2. 成本\n三成\n")
    chosen = {"label": ["实验 结果 A/B"]}
    [label] = [facet for facet in find.search("三成").facets if facet.field == "label"]
    assert [(each.value, each.name) for each in label.values] == [
        ("实验_结果_a/b", "实验 结果 a/b")
    ]
    assert [chip.name for chip in find.search("三成", chosen=chosen).chips] == ["实验 结果 a/b"]
    assert described(parse('label:"实验 结果 A/B"')).endswith(" 实验 结果 A/B")


@pytest.mark.parametrize(
    ("typed", "instead", "dropped"),
    [
        ("检索 tag:rga", "检索", "tag:rga"),
        ("检索 before:2000", "检索", "before:2000"),
        ("检索 NOT label:结论", "检索", "label:结论"),
        ('检索 -label:问题 tag:"没有 这个"', "检索 -label:问题", 'tag:"没有 这个"'),
        ("检索 tag:a after:2030", "检索", "tag:a after:2030"),
    ],
)
def test_a_field_that_nothing_fits_can_be_left_out(
    tmp_path: Path, typed: str, instead: str, dropped: str
) -> None:
    import_text(tmp_path, "---\ndate: 2024-07-11\n---\n## 1. 检索\n* **结论**: 好\n")
    found = find.search(typed)
    assert found.total == 0
    assert (instead, dropped) in [(each.query, each.dropped) for each in found.alternatives]


def test_a_hit_has_its_digest_and_its_tags_in_their_order(
    tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    front_matter = "---\ntitle: 周报\ndate: 2024-07-11\ntags: [向量 库, RAG, C++]\n---\n"
    import_text(tmp_path, front_matter + "## 07. C++ 与 RAG 的向量 库\n检索\n", name="w.md")
    [hit] = find.search("检索").hits
    with django_assert_num_queries(0):
        where = (hit.topic.number, hit.topic.title, hit.topic.digest.title)
        tags = [(tag.name, tag.get_absolute_url()) for tag in hit.tags]
        addresses = [hit.topic.get_absolute_url(), hit.topic.digest.get_absolute_url()]
        day = hit.topic.digest.published_at
    topic = Topic.objects.get()
    assert where == (7, "C++ 与 RAG 的向量 库", "周报")
    assert tags == [(tag.name, tag.get_absolute_url()) for tag in topic.own_tags]
    assert len(tags) == 3
    assert addresses == [topic.get_absolute_url(), topic.digest.get_absolute_url()]
    assert day == topic.digest.published_at


def test_names_have_the_addresses_of_their_rows(tmp_path: Path) -> None:
    import_text(
        tmp_path,
        "---\ntitle: RAG 周报\ntags: [RAG 检索]\n---\n"
        "## 1. RAG 检索\n* **相关引用**:\n  * **论文**: RAG survey\n",
        name="2024-07-11.md",
    )
    rows = [Tag.objects.get(), Reference.objects.get(), Digest.objects.get()]
    assert [(name.kind, name.name, name.address) for name in find.search("RAG").names] == [
        (row._meta.model_name, str(row), row.get_absolute_url()) for row in rows
    ]


def test_a_broad_query_counts_facets_of_its_newest_and_lists_all_by_date(tmp_path: Path) -> None:
    old = "---\ndate: 2021-05-01\n---\n## 1. 检索\n* **方法**: 甲\n\n## 2. 检索\n"
    import_text(tmp_path, old, name="old.md")
    topics = "".join(f"## {n}. 检索\n* **结论**: 甲\n\n" for n in range(999))
    import_text(tmp_path, f"---\ndate: 2024-05-01\n---\n{topics}", name="new.md")
    import_text(tmp_path, "---\ndate: 2042-05-01\n---\n## 检索\n", name="wrong.md")
    found = find.search("检索")
    assert (found.total, found.is_more, found.is_cut, found.pages) == (find.MORE, True, True, 50)
    values = {facet.field: facet.values for facet in found.facets}
    assert [(each.value, each.count) for each in values["label"]] == [("conclusion", 299)]
    assert [(each.name, each.count) for each in values["year"]] == [
        ("2042", None),
        ("2024", None),
        ("2021", None),
    ]
    by_date = find.search("检索", order=Order.NEWEST, page=51)
    assert (by_date.pages, by_date.is_cut) == (51, False)
    assert [hit.topic.digest.slug for hit in by_date.hits] == ["old", "old"]
    assert find.search("检索", order=Order.NEWEST, page=10**30) == by_date
    of_year = find.search("检索", chosen={"year": ["2021"]})
    assert (of_year.total, of_year.is_more) == (2, False)
    for typed in ("检", "NOT 没有", "after:0001"):
        assert find.search(typed).is_more


def test_a_phrase_of_many_topics_is_counted_as_far_as_its_database_reads_texts(
    tmp_path: Path,
) -> None:
    topics = "".join(f"## {n}. DeepSeek-V3\n* **结论**: 甲\n\n" for n in range(330))
    import_text(tmp_path, f"---\ndate: 2024-05-01\n---\n{topics}")
    found = find.search("DeepSeek-V3")
    is_cut = connection.vendor == "postgresql"
    assert (found.is_more, found.is_cut, found.pages) == (is_cut, is_cut, 15 if is_cut else 17)
    assert found_counted(found.total, found.counted) == ("超过 300" if is_cut else "330")
    assert find.search("DeepSeek-V3", order=Order.NEWEST, page=17).hits
    assert find.search("DeepSeek").total == 330


@pytest.mark.parametrize("key", ["arxiv:2305.18290", 'name:rag-"survey"-of-2024'])
def test_a_reference_found_by_its_name_leads_to_the_topics_that_cite_it(
    tmp_path: Path, key: str
) -> None:
    cited = "https://arxiv.org/abs/2305.18290" if key.startswith("arxiv:") else ""
    entry = f'* **相关引用**:\n  * **论文**: RAG "survey" of 2024 {cited}\n'
    import_text(tmp_path, f"## 1. 甲\n{entry}\n## 2. 乙\n{entry}\n## 3. 丙\n")
    assert Reference.objects.get().key == key
    [name] = find.search("RAG survey").names
    assert (name.kind, name.topics) == ("reference", 2)
    assert [hit.topic.title for hit in find.search(name.query).hits] == ["甲", "乙"]


def test_the_last_page_stands_for_those_beyond_it(tmp_path: Path) -> None:
    titles = [f"## {n}. {'检索' if n <= 45 else '其他'} {n}\n\n" for n in range(1, 300)]
    import_text(tmp_path, "".join(titles))
    for order in Order:
        for text in ("检索", "检索 qqzzqq"):
            found = find.search(text, order=order, page=99)
            assert (found.page, found.pages, len(found.hits)) == (3, 3, 5), (text, order)
            assert len(find.search(text, order=order, page=2).hits) == 20, (text, order)


def test_without_the_chosen_filters_there_may_be_hits(tmp_path: Path) -> None:
    import_text(tmp_path)
    found = find.search("检索", chosen={"tag": ["没有"]})
    assert (found.total, found.unfiltered) == (0, 1)
    assert find.search("检索").unfiltered == 0


def test_and_between_two_words_says_what_goes_without_saying(tmp_path: Path) -> None:
    import_text(tmp_path)
    assert find.search("RAG AND 检索").total == find.search("RAG 检索").total == 1
    assert parse("AND").words[0].typed == "AND"


@pytest.mark.parametrize(
    "typed",
    ["https://arxiv.org/pdf/2302.04761v1", "2302.04761v3", "arXiv:2302.04761v2", "2302.04761"],
)
def test_a_paper_is_found_by_its_address_or_number_in_any_version(
    tmp_path: Path, typed: str
) -> None:
    import_text(tmp_path)
    assert find.search(typed).total == 1


def test_a_tag_in_traditional_characters_is_a_facet_with_its_name(tmp_path: Path) -> None:
    import_text(tmp_path, "---\ntags: [RAG 強化學習]\n---\n## 1. RAG 強化學習\n\n## 2. 強化學習\n")
    [facet] = [facet for facet in find.search("强化学习").facets if facet.field == "tag"]
    [value] = facet.values
    assert (value.name, value.count) == ("RAG 強化學習", 1)
    narrowed = find.search("强化学习", chosen={"tag": [value.value]})
    assert (narrowed.total, narrowed.chips[0].name) == (1, "RAG 強化學習")


def test_words_that_follow_each_other_count_for_more_than_the_same_words_apart(
    tmp_path: Path,
) -> None:
    others = "".join(f"## {n}. 其他\n其余\n\n" for n in range(12))
    import_text(tmp_path, "## 1. 在一起\n能力对齐的讨论\n\n" + others, name="2024-07-01.md")
    import_text(tmp_path, "## 1. 分开的\n讨论，能力；对齐\n", name="2024-07-02.md")
    found = find.search("能力对齐的讨论错字")
    assert [hit.topic.title for hit in found.hits] == ["在一起", "分开的"]
    assert found.relaxed


def titles(text: str, **more: Any) -> list[str]:
    return [hit.topic.title for hit in find.search(text, **more).hits]


LONG = "## 9. 每日讨论\n显存、量化、推理、加速、吞吐、延迟，什么都有\n\n"
NEAR = "## 1. 量化推理的显存优化\n正文\n\n## 2. 其他\n量化\n\n"


def test_a_title_that_has_all_words_but_one_comes_before_a_text_that_has_them_somewhere(
    tmp_path: Path,
) -> None:
    import_text(tmp_path, NEAR + LONG)
    found = find.search("量化 推理 显存 吞吐")
    assert [(hit.topic.title, hit.lacking) for hit in found.hits] == [
        ("量化推理的显存优化", "吞吐"),
        ("每日讨论", ""),
    ]
    assert (found.total, found.pages, found.near_titles, found.relaxed) == (1, 1, 1, ())


def test_a_title_that_nearly_fits_is_not_shown_where_one_fits_or_was_not_asked_for(
    tmp_path: Path,
) -> None:
    import_text(tmp_path, NEAR + LONG)
    assert titles("量化 推理 吞吐") == ["每日讨论"]  # what is left of three words tells too little
    assert titles("量化 推理 显存 吞吐", order=Order.NEWEST) == ["每日讨论"]
    assert titles('量化 推理 "显存" 吞吐') == ["每日讨论"]
    assert titles("量化 推理 显存 吞吐 -正文") == ["每日讨论"]
    assert titles("量化 推理 显存 吞吐", chosen={"tag": ["rag"]}) == []
    import_text(tmp_path, "## 1. 量化、推理、显存和吞吐\n", name="2024-07-12.md")
    assert titles("量化 推理 显存 吞吐") == ["量化、推理、显存和吞吐", "每日讨论"]


def test_of_titles_that_nearly_fit_those_most_like_the_query_come_first(tmp_path: Path) -> None:
    others = "".join(f"## {n}. 显存的优化：推理时怎么量化，见第 {n} 节\n\n" for n in range(10, 20))
    import_text(tmp_path, NEAR + others + LONG)
    found = titles("量化 推理 显存 吞吐")
    assert (len(found), found[0], found[3]) == (4, "量化推理的显存优化", "每日讨论")


def test_a_part_of_words_is_found_where_no_topic_has_it_as_a_word(tmp_path: Path) -> None:
    import_text(tmp_path, "## 1. 提示词的写法\n\n## 2. 其他\n\n## 3. 另外\n")
    found = find.search("示词 qqzzqq")
    assert [hit.topic.title for hit in found.hits] == ["提示词的写法"]
    assert found.relaxed == ["示词"]


def test_pages_of_topics_with_some_of_the_words_show_each_once(tmp_path: Path) -> None:
    titles, texts = ("其他", "检索", "检索", "检索"), ("延迟", "显存", "显存")
    many = [f"## {n}. {titles[n % 4]}\n{texts[n % 3]}\n\n" for n in range(500)]
    import_text(tmp_path, "".join(many))
    others = (f"## {n}. 空\n\n" for n in range(2000))
    import_text(tmp_path, "".join(others), name="2024-07-12.md")
    first = find.search("检索 显存 qqzzqq")
    shown = [
        hit.topic.pk
        for page in range(1, first.pages + 1)
        for hit in find.search("检索 显存 qqzzqq", page=page).hits
    ]
    assert len(set(shown)) == len(shown) == first.total > coverage._READ
