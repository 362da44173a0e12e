"""Parsing of queries."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digests.search.language.parser import (
    QUERY_LENGTH,
    WORD_LENGTH,
    WORDS,
    Note,
    NoteCode,
    asking_for,
    parse,
    with_replaced,
    without,
)
from digests.search.language.tokenizer import fold, phrase
from digests.search.language.tree import Filter, Text, filter_value
from digests.tests.search.trees import codes, leaves_of, shown

_SIGNS = [
    "OR",
    "NOT",
    "|",
    "-",
    "－",
    '"',
    "“",
    "」",
    "「",
    ":",
    "：",
    "，",
    "(",
    ")",
    "*",
    "^",
    "'",
]
_FIELDS = ["tag:", "before:", "2024", "after:2024-13", "kind:", "论文", "is:edited", "ref:"]
_WORDS = ["RAG", "学习", "C++", "NEAR", "https://", "x.org/a", "😀", "ﷺ"]
_BLANKS = [" ", "\u3000", "\u200e", "\0", "\ud800", "\\"]
PIECES = st.lists(st.sampled_from(_SIGNS + _FIELDS + _WORDS + _BLANKS), max_size=60).map("".join)
ANYTHING = st.text() | PIECES


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("RAG", "RAG"),
        ("RAG 检索", "RAG & 检索"),
        ("  RAG\u3000检索\u00a0MCTS\n推理 ", "RAG & 检索 & MCTS & 推理"),
        ("什么是RAG，怎么用？", "什么是RAG & 怎么用"),
        ("显存、内存；带宽…延迟！", "显存 & 内存 & 带宽 & 延迟"),
        ("RAG, MCTS; why? yes! ok. v0.2.", "RAG & MCTS & why & yes & ok & v0.2"),
        ("C++ C# GPT-4o 3.5 KV-cache", "C++ & C# & GPT-4o & 3.5 & KV-cache"),
        ("RAG - ... *** 检索", "RAG & 检索"),
        ("\u200eRAG\u200f \u200b", "RAG"),
        ("RAG\0检索\ud800推理", "RAG & 检索 & 推理"),
        ("😀", "😀"),
    ],
)
def test_words_are_parted_by_blanks_and_marks_and_all_are_wanted(typed: str, expected: str) -> None:
    query = parse(typed)
    assert shown(query.node) == expected
    assert query.notes == ()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ('"强化 学习"', "“强化 学习”"),
        ("“强化 学习”", "“强化 学习”"),
        ("”强化 学习“", "“强化 学习”"),
        ("「强化 学习」", "“强化 学习”"),
        ("『强化 学习』", "“强化 学习”"),
        ("＂强化 学习＂", "“强化 学习”"),
        ('“强化 学习"', "“强化 学习”"),
        ("「强化 学习”", "“强化 学习”"),
        ("「强化『深度』学习」", "“强化『深度』学习”"),
        ('"强化 学习', "“强化 学习”"),
        ('RAG"a b"检索', "RAG & “a b” & 检索"),
        ('"a" "b"', "“a” & “b”"),
        ('"GPT"-4', "“GPT” & 4"),
        ('"" RAG "。"', "RAG"),
        ('"OR" "tag:RAG" "-x"', "“OR” & “tag:RAG” & “-x”"),
        ("don't", "don't"),
        ("RAG」", "RAG"),
        (r'"a \"b\" c" d', r"“a \"b\" c” & d"),
        (r'"a\" b', "“a\\” & b"),
        (r'"a\\" b', r"“a\\” & b"),
        ('"a\\', "“a\\”"),
    ],
)
def test_what_is_quoted_is_a_phrase(typed: str, expected: str) -> None:
    assert shown(parse(typed).node) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("RAG -检索", "RAG & -检索"),
        ("－检索", "-检索"),
        ('-"a b"', "-“a b”"),
        ("-tag:RAG", "-tag=rag"),
        ("NOT RAG", "-RAG"),
        ("NOT NOT RAG", "-RAG"),
        ("NOT -RAG", "-RAG"),
        ("RAG NOT", "RAG & NOT"),
        ("NOT OR RAG", "(NOT | RAG)"),
        ("not RAG", "not & RAG"),
        ("-NOT", "-NOT"),
        ("GPT-4", "GPT-4"),
        ("--quiet", "--quiet"),
        ("a - b", "a & b"),
        ("-。RAG", "RAG"),
        ("-\u200bRAG", "-\u200bRAG"),
        ("-(RAG)", "-(RAG)"),
        ("-https://x.org/a", "-(https://x.org/a | ref=url:https://x.org/a)"),
    ],
)
def test_a_sign_or_not_rules_out_one_word(typed: str, expected: str) -> None:
    assert shown(parse(typed).node) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("x a OR b y", "x & (a | b) & y"),
        ("a OR b OR c", "(a | b | c)"),
        ("a | b ｜ c", "(a | b | c)"),
        ("a|b", "a|b"),
        ("a OR OR b", "(a | b)"),
        ("a OR -b", "(a | -b)"),
        ("NOT a OR b", "(-a | b)"),
        ("a OR NOT b", "(a | -b)"),
        ('"a b" OR tag:c', "(“a b” | tag=c)"),
        ("OR", "OR"),
        ("OR a", "OR & a"),
        ("a OR", "a & OR"),
        ("a |", "a"),
        ("| a", "a"),
        ("a or b", "a & or & b"),
        ("a 或 b", "a & 或 & b"),
        ("-OR a", "-OR & a"),
        ("(a OR b) c", "(a | b) & c"),
        ("(a b) OR c", "a & (b | c)"),
    ],
)
def test_or_binds_its_neighbours(typed: str, expected: str) -> None:
    assert shown(parse(typed).node) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("强化学习(RLHF)", "强化学习 & RLHF"),
        ("强化学习（RLHF）综述", "强化学习 & RLHF & 综述"),
        ("【重磅】DPO发布", "重磅 & DPO发布"),
        ("《苦涩的教训》读后", "苦涩的教训 & 读后"),
        ("[1] f(x)", "1 & f & x"),
        ("f(-x)", "f & x"),
        ("a (-b)", "a & b"),
        ("-强化学习(RLHF)", "-强化学习(RLHF)"),
        ('RAG("向量 库")', "RAG & “向量 库”"),
        ("tag:结论（待验证） a", "tag=结论(待验证) & a"),
        ("(tag:RAG OR tag:LoRA) a", "(tag=rag | tag=lora) & a"),
        ("()", "nothing"),
    ],
)
def test_brackets_part_words(typed: str, expected: str) -> None:
    assert shown(parse(typed).node) == expected


@pytest.mark.parametrize(
    "address",
    [
        "https://en.wikipedia.org/wiki/Attention_(machine_learning)",
        "10.1016/S0140-6736(20)30183-5",
        "doi:10.1002/(SICI)1097",
        "doi.org/10.1016/S0140-6736(20)30183-5",
    ],
)
def test_brackets_in_an_address_are_part_of_it(address: str) -> None:
    for typed in (address, f"({address})", f"见（{address}）。"):
        [word] = [word.typed for word in parse(typed).words if word.typed != "见"]
        assert word == address


@pytest.mark.parametrize("minus", "-－‐‑−")
def test_each_minus_rules_out_and_no_dash_does(minus: str) -> None:
    assert shown(parse(f"RAG {minus}检索").node) == "RAG & -检索"
    assert shown(parse("RAG —检索").node) == "RAG & —检索"


@pytest.mark.parametrize("typed", ["!!!", "…", '""', "。 ，", "- |", "\ud83d ."])
def test_with_nothing_to_find_there_is_a_note(typed: str) -> None:
    query = parse(typed)
    assert query.node is None
    assert codes(query) == [NoteCode.NOTHING_TO_FIND]


@pytest.mark.parametrize("typed", ["", "  ", "\0\n"])
def test_an_empty_query_asks_for_nothing_and_nothing_is_said(typed: str) -> None:
    assert (parse(typed).node, parse(typed).notes) == (None, ())


def test_words_beyond_the_limit_are_left_out_with_a_note() -> None:
    query = parse(" ".join(f"w{number}" for number in range(1, 20)))
    assert len(query.words) == WORDS
    assert query.notes == (Note(NoteCode.TOO_LONG, "w17 w18 w19"),)


def test_an_or_before_what_is_left_out_goes_with_it() -> None:
    query = parse("a " * (WORDS - 1) + "OR b")
    assert len(query.words) == WORDS - 1
    assert query.notes == (Note(NoteCode.TOO_LONG, "OR b"),)


def test_a_word_that_the_end_of_a_long_query_would_cut_is_left_out() -> None:
    words = "检索 " * 5 + "x" * 62 + " " + "y" * 62 + " " + "z" * 62 + " " + "w" * 62 + " tail"
    assert len(words) > QUERY_LENGTH
    query = parse(words)
    assert [word.typed[0] for word in query.words] == list("检" * 5 + "xyz")
    assert query.notes == (Note(NoteCode.TOO_LONG, "w" * 62 + " t"),)


def test_a_long_word_is_shortened_to_whole_tokens() -> None:
    query = parse("强化学习" * 20)
    assert isinstance(query.node, Text)
    assert query.node.phrase == phrase("强化学习" * 16)
    assert query.notes == (Note(NoteCode.WORD_TOO_LONG, "强化学习" * 16),)

    query = parse("-".join(["retrieval"] * 10))
    assert isinstance(query.node, Text)
    assert set(query.node.phrase.tokens) == {"retrieval", "-"}


def test_one_letter_after_the_other_cannot_be_shortened_and_is_left_out() -> None:
    query = parse("RAG " + "x" * 65)
    assert shown(query.node) == "RAG"
    assert query.notes == (Note(NoteCode.WORD_TOO_LONG, "x" * 64),)


def test_words_are_those_that_a_hit_may_hold() -> None:
    query = parse('x -y tag:z a OR "b c" NOT d https://x.org')
    assert [word.typed for word in query.words] == ["x", "a", "b c", "https://x.org"]
    assert all(query.typed[word.start : word.end] == word.typed for word in query.words)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("RAG 检索 推理", ["检索 推理", "RAG 推理", "RAG 检索"]),
        ("RAG，检索？ 推理", ["检索 推理", "RAG 推理", "RAG 检索"]),
        ('RAG"a b"-x', ['"a b" x', "RAG x", 'RAG "a b"']),
        ("x a OR b OR c", ["a OR b OR c", "x b OR c", "x a OR c", "x a OR b"]),
        ("-y tag:z a NOT b", ["-y tag:z NOT b"]),
        ("a before:2024", ["before:2024"]),
        ("kind:banana a", ["a", "kind:banana"]),
        ('"a b', [""]),
    ],
)
def test_a_query_is_written_anew_without_one_of_its_words(typed: str, expected: list[str]) -> None:
    query = parse(typed)
    assert [without(query, word) for word in query.words] == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("retreival 检索", ["NEW 检索", "retreival NEW"]),
        ('x "a b" -y', ['NEW "a b" -y', 'x "NEW" -y']),
        ("“a b", ["“NEW"]),
        ("a OR b", ["NEW OR b", "a OR NEW"]),
        ("RAG?", ["NEW"]),
    ],
)
def test_a_query_is_written_anew_with_another_word(typed: str, expected: list[str]) -> None:
    query = parse(typed)
    assert [with_replaced(query, word, "NEW") for word in query.words] == expected


def test_what_was_left_out_does_not_come_back() -> None:
    query = parse(" ".join(f"w{number}" for number in range(1, 20)))
    assert parse(without(query, query.words[0])).notes == ()


@pytest.mark.parametrize(
    "value",
    [
        "RAG",
        "a b",
        'a "b" c',
        '"',
        "\\",
        'a\\"b',
        "“”",
        "「a」 b",
        'a」"',
        "x\\\\y z\\",
        "C++ (11)",
        "a,",
        "）",
    ],
)
def test_any_name_can_be_asked_for_in_its_field(value: str) -> None:
    wanted = Filter("tag", filter_value(value))
    assert parse(asking_for(wanted, value)).node == wanted


@given(ANYTHING)
@example("x" * 100_000)
@example('"' * 300)
@example("ﷺ" * 256)
@example("OR NOT " * 40)
def test_whatever_is_typed_is_read_within_the_limits(typed: str) -> None:
    query = parse(typed)
    found = leaves_of(query)
    assert len(found) <= 2 * WORDS  # a URL becomes two conditions
    for leaf in found:
        if isinstance(leaf, Text):
            assert leaf.phrase.tokens
            assert len("".join(leaf.phrase.tokens)) <= 2 * WORD_LENGTH  # pairs overlap
            assert query.typed[leaf.start : leaf.end] == leaf.typed
        else:
            assert len(leaf.value) <= 200
            assert leaf.token.split() == [leaf.token]
    assert all(0 < len(note.text) <= WORD_LENGTH for note in query.notes)
    repr(query).encode()  # a page can show all of it
    query.typed.encode()


@given(st.text(max_size=WORD_LENGTH // 4).filter(lambda text: not set(text) & set('"＂“”„‟')))
def test_any_text_in_quotes_is_one_phrase(text: str) -> None:
    node = parse(f'"{text}"').node
    wanted = phrase(fold(parse(text).typed))
    if len(fold(text)) <= WORD_LENGTH:
        assert node is None or (isinstance(node, Text) and node.is_quoted)
        assert (node.phrase if isinstance(node, Text) else phrase("")) == wanted


_ASKED = ["a", "学习", "C++", '"x y"', "「强化 学习」", "-n", "tag:t", "NOT m", "a OR b"]
SIMPLE = st.lists(st.sampled_from(_ASKED), max_size=5).map(" ".join)


@given(SIMPLE)
def test_without_a_word_all_others_are_asked_for_as_before(typed: str) -> None:
    query = parse(typed)
    for at, word in enumerate(query.words):
        left = parse(without(query, word))
        assert left.words == query.words[:at] + query.words[at + 1 :]
        assert len(leaves_of(left)) == len(leaves_of(query)) - 1
        replaced = parse(with_replaced(query, word, "NEW"))
        assert [other.typed for other in replaced.words] == [
            "NEW" if other is word else other.typed for other in query.words
        ]
