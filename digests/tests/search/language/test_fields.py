"""Fields, references and dates in queries."""

from datetime import date

import pytest

from digests.search.language.parser import Note, NoteCode, parse
from digests.search.language.tokenizer import fold, phrase
from digests.search.language.tree import Days, Filter, Or, Text
from digests.tests.search.trees import leaves_of, shown


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("tag:RAG", "tag=rag"),
        ("TAG：ＲＡＧ", "tag=rag"),
        ("标签:強化學習", "tag=强化学习"),
        ("標籤:RAG", "tag=rag"),
        ('tag:"强化 \u3000 学习"', "tag=强化_学习"),
        ("tag：“强化 学习”x", "tag=强化_学习 & x"),
        ("tag:C++ tag:RAG,", "tag=c++ & tag=rag"),
        ('tag:"what?"', "tag=what?"),
        (r'tag:"a \"b\" c"', 'tag=a_"b"_c'),
        (r"tag:“他说 \“好\””", 'tag=他说_"好"'),
        (r'tag:"a\\b" x', r"tag=a\b & x"),
        (r'tag:"C:\dir"', r"tag=c:\dir"),
        ("tag:GPT‑4o", "tag=gpt-4o"),
        ("tag:约翰•史密斯", "tag=约翰·史密斯"),
        ("digest:2024–07–10", "digest=2024-07-10"),
        ("label:conclusion", "label=conclusion"),
        ("label:Conclusions", "label=conclusion"),
        ("要点：结论", "label=conclusion"),
        ("label:結論", "label=conclusion"),
        ('label:"Open Problem"', "label=open_problem"),
        ("kind:paper", "kind=paper"),
        ("类型:论文", "kind=paper"),
        ("kind:other", "kind=other"),
        ("kind:其他", "kind=other"),
        ("digest:2024-07-10", "digest=2024-07-10"),
        ("文摘：2024-07-10", "digest=2024-07-10"),
        ("is:edited", "is=edited"),
        ("状态：已编辑", "is=edited"),
        ("is:已编辑", "is=edited"),
    ],
)
def test_a_field_is_a_filter(typed: str, expected: str) -> None:
    query = parse(typed)
    assert shown(query.node) == expected
    assert query.notes == ()


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("ref:arxiv:2305.18290", "arxiv:2305.18290"),
        ("引用：arXiv:2305.18290v2", "arxiv:2305.18290"),
        ("ref:2305.18290", "arxiv:2305.18290"),
        ("ref:https://arxiv.org/pdf/2305.18290v3", "arxiv:2305.18290"),
        ("ref:doi:10.5555/ABC.1", "doi:10.5555/abc.1"),
        ("ref:10.48550/arXiv.2305.18290", "arxiv:2305.18290"),
        ("ref:github:Owner/Name", "github:owner/name"),
        ("ref:hf:datasets/owner/name", "hf:datasets/owner/name"),
        ('ref:"name:Adam mini"', "name:adam-mini"),
        ("ref:url:https://x.org/a", "url:https://x.org/a"),
        ("ref:url:https://twitter.com/A/status/1", "url:https://x.com/a/status/1"),
        ("ref:https://youtu.be/abc?t=10", "url:https://www.youtube.com/watch?v=abc"),
        ("ref:https：//arxiv.org/abs/2305.18290", "arxiv:2305.18290"),
        ("ref:arxiv.org/abs/2305.18290", "arxiv:2305.18290"),
        ("ref:github.com/Owner/Name", "github:owner/name"),
        ("ref:git@github.com:Owner/Name.git", "github:owner/name"),
        ("ref:ssh://git@gitee.com/Owner/Name.git", "url:https://gitee.com/owner/name"),
    ],
)
def test_a_reference_is_named_by_its_key_or_any_of_its_spellings(typed: str, key: str) -> None:
    assert parse(typed).node == Filter("ref", key)


def test_a_pasted_url_finds_its_other_spellings() -> None:
    url = "https://arxiv.org/pdf/2305.18290v2.pdf"
    assert shown(parse(f"{url}。").node) == f"({url} | ref=arxiv:2305.18290)"
    assert shown(parse(f'"{url}"').node) == f"“{url}”"
    assert shown(parse("https://[bad").node) == "https://[bad"


@pytest.mark.parametrize(
    ("typed", "said", "key"),
    [
        ("https://arxiv.org/abs/2401.00001", "2401.00001", "arxiv:2401.00001"),
        ("http://www.arxiv.org/pdf/2401.00001v3", "2401.00001", "arxiv:2401.00001"),
        ("arxiv.org/abs/2401.00001", "2401.00001", "arxiv:2401.00001"),
        ("arXiv：2401.00001v2", "2401.00001", "arxiv:2401.00001"),
        ("arXiv:hep-th/9901001", "hep-th/9901001", "arxiv:hep-th/9901001"),
        ("https://doi.org/10.1145/3292500", "10.1145/3292500", "doi:10.1145/3292500"),
        ("doi:10.1145/3292500", "10.1145/3292500", "doi:10.1145/3292500"),
        (
            "https://doi.org/10.1016/S0140-6736%2820%2930183-5",
            "10.1016/s0140-6736(20)30183-5",
            "doi:10.1016/s0140-6736(20)30183-5",
        ),
        ("https://www.github.com/A/b", "github.com/a/b", "github:a/b"),
        ("github.com/A/b", "github.com/a/b", "github:a/b"),
    ],
)
def test_an_address_finds_what_texts_write_of_it(typed: str, said: str, key: str) -> None:
    node = parse(typed).node
    assert isinstance(node, Or)
    text, reference = node.parts
    assert isinstance(text, Text)
    assert (text.phrase, reference) == (phrase(said), Filter("ref", key))


def test_a_long_url_is_looked_for_as_a_reference_alone() -> None:
    url = f"https://example.org/{'long/' * 12}end"
    assert parse(url).node == Filter("ref", f"url:{url}")
    assert parse(url).notes == ()


@pytest.mark.parametrize(
    ("typed", "first", "before"),
    [
        ("before:2024", None, date(2024, 1, 1)),
        ("before:2024-08", None, date(2024, 8, 1)),
        ("早于：2024-08-09", None, date(2024, 8, 9)),
        ("after:2024", date(2025, 1, 1), None),
        ("after:2024-08", date(2024, 9, 1), None),
        ("after:2024-12", date(2025, 1, 1), None),
        ("晚于:2024-12-31", date(2025, 1, 1), None),
        ("after:2024/8/9", date(2024, 8, 10), None),
        ("after:2024年", date(2025, 1, 1), None),
        ("after:2024年8月", date(2024, 9, 1), None),
        ("after:２０２４年8月9日", date(2024, 8, 10), None),
        ("-before:2024-08", date(2024, 8, 1), None),
        ("-after:2024-08", None, date(2024, 9, 1)),
        ("after:2023 before:2024-08 after:2024-01 before:2025", date(2024, 2, 1), date(2024, 8, 1)),
    ],
)
def test_days_narrow_the_whole_query(typed: str, first: date | None, before: date | None) -> None:
    query = parse(typed)
    assert (shown(query.node), query.days) == ("everything", Days(first, before))
    assert query.notes == ()
    assert parse(f"RAG {typed}").node == parse("RAG").node


@pytest.mark.parametrize("field", ["before", "after", "-before", "-after"])
@pytest.mark.parametrize("day", ["0000", "0001-01-01", "9998-12", "9999", "9999-12", "9999-12-31"])
def test_the_ends_of_time_are_days_as_well(field: str, day: str) -> None:
    days = parse(f"{field}:{day}").days
    assert all(date.min < end < date.max for end in (days.first, days.before) if end)
    assert days != Days()


def test_a_date_between_or_counts_for_the_whole_query() -> None:
    query = parse("RAG OR before:2024-08 检索")
    assert shown(query.node) == "RAG & 检索"
    assert query.days == Days(before=date(2024, 8, 1))
    assert query.notes == (Note(NoteCode.DATE_IN_OR, "before:2024-08"),)


@pytest.mark.parametrize(
    "typed",
    [
        "kind:banana", "before:yesterday", "after:2024-13", "before:2024-02-30", "before:24",
        "tag:", 'tag:""', "is:new", "ref:adam-mini", "ref:arxiv:banana", "ref:https://[bad",
        "ref:name:", 'kind:"a b"', "before:2024-08-", "after:٢٠٢٤",
    ],
)  # fmt: skip
def test_a_field_with_a_value_that_it_cannot_have_is_text_and_a_note_says_so(typed: str) -> None:
    query = parse(typed)
    assert isinstance(query.node, Text)
    assert query.node.phrase == phrase(fold(typed))
    assert query.notes == (Note(NoteCode.UNKNOWN_FIELD, typed),)
    assert shown(parse(f"-{typed} a").node).startswith("-")


@pytest.mark.parametrize(
    "typed", ["std::vector", "3:1", "http:", "foo:bar", "结论：好", ":", "tags:a"]
)
def test_what_is_no_field_of_ours_is_text_and_nothing_is_said(typed: str) -> None:
    query = parse(typed + " RAG")
    assert [leaf.typed for leaf in leaves_of(query) if isinstance(leaf, Text)][-1] == "RAG"
    assert query.notes == ()
