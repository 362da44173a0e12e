"""Marks and excerpts, compared as whole values."""

import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digests.search.language.tokenizer import BREAK, Phrase, fold, phrase, spans, tokens
from digests.search.results import highlight
from digests.search.results.highlight import best, excerpt, marked, matches


def phrases(*typed: str) -> list[Phrase]:
    return [phrase(fold(text)) for text in typed]


def in_brackets(pieces: list[tuple[str, bool]]) -> str:
    return "".join(f"[{text}]" if is_match else text for text, is_match in pieces)


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("我们用向量检索文档", "检索", "我们用向量[检索]文档"),
        ("显存不够，显存占用高", "显存", "[显存]不够，[显存]占用高"),
        ("深度学习", "学", "深度[学]习"),
        ("強化學習很難", "强化学习", "[強化學習]很難"),
        ("用ＲＡＧ来答", "rag", "用[ＲＡＧ]来答"),
        ("storage and RAG, rag-like", "rag", "storage and [RAG], [rag]-like"),
        ("C 和 C++ 和 C#", "C++", "C 和 [C++] 和 C#"),
        ("C 和 C++ 和 C#", "c", "[C] 和 C++ 和 C#"),
        ("GPT-4o 比 GPT-4 新", "gpt-4", "[GPT-4]o 比 [GPT-4] 新"),
        ("v0.2 与 3.5", "3.5", "v0.2 与 [3.5]"),
        ("用 RAG 检索", "rag检索", "用 [RAG 检索]"),
        ("好。开始", "好，开", "[好。开]始"),
        ("好\n\n开始", "好，开", "[好\n\n开]始"),
        ("ﬁne ﬂow", "fine", "[ﬁne] ﬂow"),
        ("面积 30㎡。", "30m2", "面积 [30㎡]。"),
        ("加½杯", "2", "加[½]杯"),
        ("cafe\u0301 noir", "café", "[cafe\u0301] noir"),
        ("强\u200b化学习", "强化", "[强\u200b化]学习"),
        ("infor\u00admation", "information", "[infor\u00admation]"),
        ("ｶﾞｲﾄﾞ…ガイド", "ガイド", "[ｶﾞｲﾄﾞ]…[ガイド]"),
        ("ㅎㅏ나", "하나", "[ㅎㅏ나]"),
        ("Straße…STRASSE", "strasse", "[Straße]…[STRASSE]"),
        ("用 GPT‑4o 与 GPT—4o", "gpt-4o", "用 [GPT‑4o] 与 [GPT—4o]"),
        ("长 1024–2048，1024−2048", "1024-2048", "长 [1024–2048]，[1024−2048]"),
        ("Let’s 和 Let´s", "let's", "[Let’s] 和 [Let´s]"),
        ("约翰•史密斯和约翰·史密斯", "约翰・史密斯", "[约翰•史密斯]和[约翰·史密斯]"),
        ("屏 5″ 或 5”", '5"6', "屏 5″ 或 5”"),
        ("没有的词", "检索", "没有的词"),
        ("", "检索", ""),
    ],
)
def test_it_marks_what_a_phrase_finds_as_it_is_written(
    text: str, typed: str, expected: str
) -> None:
    assert in_brackets(marked(text, phrases(typed))) == expected


def test_matches_that_overlap_or_touch_are_one_piece() -> None:
    assert (
        in_brackets(marked("强化学习方法", phrases("强化学", "学习", "方法"))) == "[强化学习方法]"
    )


def test_of_an_open_ended_word_what_was_typed_is_marked() -> None:
    typed = Phrase(("the", "transf"), open_ended=True)
    assert in_brackets(marked("The Transformer", [typed])) == "[The Transf]ormer"


def test_a_phrase_without_tokens_marks_nothing() -> None:
    assert marked("a，b", phrases("，", "")) == [("a，b", False)]


def test_characters_that_are_mapped_one_to_one_fold_to_one_character() -> None:
    plain = [chr(code) for code in range(sys.maxunicode) if highlight.folds_alone(chr(code))]
    assert len(plain) > 27_000
    assert [one for one in plain if len(fold(one)) != 1] == []


_ODD = st.sampled_from(
    [*"强化學习检索aｂ9.-+#_ \n，。…ﬁ½㎡éßİΣｶﾞガㅎㅏ한", "e\u0301", "\u200b", "\u3099", "❤\ufe0f"]
)
_TEXTS = st.lists(_ODD | st.text(max_size=3)).map("".join)


@given(_TEXTS, st.lists(_TEXTS.map(lambda typed: phrase(fold(typed))), max_size=3))
def test_the_pieces_are_the_text(text: str, looked_for: list[Phrase]) -> None:
    assert "".join(piece for piece, _ in marked(text, looked_for)) == text
    assert "".join(piece for piece, _ in excerpt(text, looked_for, 12)).strip("…") in text


@given(st.data())
def test_a_phrase_is_marked_exactly_if_the_tokens_of_the_text_hold_it(data: st.DataObject) -> None:
    text = data.draw(_TEXTS)
    parts = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    first, last = sorted(data.draw(parts))
    looked_for = phrase(fold(data.draw(st.just(text[first:last]) | _TEXTS)))
    # Stray accents are a BREAK each. A phrase keeps some of them, and no text matches those.
    assume(BREAK not in looked_for.tokens[:1] + looked_for.tokens[-1:])
    assert bool(matches(text, [looked_for])) == _holds(tokens(fold(text)), looked_for)


@given(st.data())
def test_all_places_of_a_phrase_are_marked(data: st.DataObject) -> None:
    text = fold(data.draw(st.text("强化习检aab99.-+#_ \n，。", max_size=20)))
    first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    looked_for = phrase(text[first:last])
    found = list(spans(text))
    size = len(looked_for.tokens)
    expected = {
        found[at][1]
        for at in range(len(found) - size + 1)
        if size and _holds([token for token, _, _ in found[at : at + size]], looked_for)
    }
    assert {start for start, _, _ in matches(text, [looked_for])} == expected


def _holds(found: list[str], looked_for: Phrase) -> bool:
    size = len(looked_for.tokens)
    return size > 0 and any(
        tuple(part[:-1]) == looked_for.tokens[:-1]
        and (
            part[-1] == looked_for.tokens[-1]
            or (looked_for.open_ended and part[-1].startswith(looked_for.tokens[-1]))
        )
        for part in (found[at : at + size] for at in range(len(found) - size + 1))
    )


FILLING = "这里说的是别的事情，与所问无关。" * 20


def test_a_short_text_is_its_own_excerpt() -> None:
    assert in_brackets(excerpt("用向量检索。", phrases("检索"))) == "用向量[检索]。"


def test_an_excerpt_begins_and_ends_with_sentences_where_they_are_near() -> None:
    text = f"{FILLING}先做检索，再做生成。{FILLING}"
    shown = in_brackets(excerpt(text, phrases("检索"), 60))
    assert shown.startswith("…这里说的是别的事情，与所问无关。先做[检索]，再做生成。")
    assert shown.endswith("。…")
    assert len(shown) <= 60 + len("…[]…")


def test_an_excerpt_is_where_most_of_the_phrases_are() -> None:
    text = f"检索、检索、检索。{FILLING}生成之前的检索。{FILLING}生成。"
    shown = in_brackets(excerpt(text, phrases("检索", "生成"), 50))
    assert "[生成]之前的[检索]。" in shown


def test_of_places_as_good_the_first_is_shown() -> None:
    text = f"一次检索。{FILLING}二次检索。"
    assert in_brackets(excerpt(text, phrases("检索"), 50)).startswith("一次[检索]。")


def test_without_a_match_an_excerpt_is_the_beginning() -> None:
    shown = in_brackets(excerpt(FILLING, phrases("检索"), 50))
    assert shown == f"{FILLING[:48]}…"


def test_a_word_is_not_cut_in_two() -> None:
    text = "retrieval " * 100
    words = in_brackets(excerpt(text, phrases("x"))).strip("…").split()
    assert set(words) == {"retrieval"}


def test_a_match_longer_than_an_excerpt_is_cut() -> None:
    assert in_brackets(excerpt("强" * 50, phrases("强" * 40), 20)) == f"[{'强' * 20}]…"


def test_far_matches_are_shown_only_where_there_are_no_near_ones() -> None:
    far = "别的 " * 20_000 + "生成"
    assert "[生成]" in in_brackets(excerpt(far, phrases("生成")))
    near = in_brackets(excerpt(f"检索 {far}", phrases("生成", "检索")))
    assert near.startswith("[检索]")


def test_the_best_points_are_those_that_show_most_phrases_and_then_what_they_lack() -> None:
    points = ["检索和检索", "检索与生成", "只有排序", "都没有", "检索、生成"]
    chosen = best(points, phrases("检索", "生成", "排序"))
    assert [(number, in_brackets(pieces)) for number, pieces in chosen] == [
        (1, "[检索]与[生成]"),
        (2, "只有[排序]"),
    ]


def test_points_without_a_match_are_never_the_best() -> None:
    assert best(["都没有", ""], phrases("检索")) == []
    assert [number for number, _ in best(["检索", "没有"], phrases("检索"))] == [0]


# Accents at the beginning, and the sign between texts that are folded together.
@given(st.lists(st.text("ab检索é\u0301ｶﾞ，\0", max_size=5), max_size=4))
def test_points_are_marked_as_each_of_them_alone(points: list[str]) -> None:
    looked_for = phrases("a", "检索", "é", "ガ")
    for number, pieces in best(points, looked_for):
        assert pieces == marked(points[number], looked_for)


def test_far_points_are_searched_only_where_near_ones_have_no_match() -> None:
    points = ["检索", "其他，" * 10_000, "检索、生成"]
    assert [number for number, _ in best(points, phrases("检索", "生成"))] == [0]
    assert [number for number, _ in best(points[1:], phrases("检索", "生成"))] == [1]
