"""Addresses in a text that Markdown does not make links."""

import pytest

from digests.identity import addresses_in, identifiers_in, of_url


def _keys(text: str, *, is_paper: bool = False) -> list[str]:
    return [of_url(one.url).key for one in addresses_in(text, is_paper=is_paper)]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("arxiv.org/abs/2305.18290", "arxiv:2305.18290"),
        ("www.arxiv.org/pdf/2305.18290v2.pdf", "arxiv:2305.18290"),
        ("https：//arxiv.org/abs/2305.18290", "arxiv:2305.18290"),
        ("https：／／arxiv.org／abs／2305.18290", "arxiv:2305.18290"),
        ("https: //arxiv.org/abs/2305.18290", "arxiv:2305.18290"),
        ("https:/arxiv.org/abs/2305.18290", "arxiv:2305.18290"),
        ("https//arxiv.org/abs/2305.18290", "arxiv:2305.18290"),
        ("10.1000／abd", "doi:10.1000/abd"),
        ("arXiv:2305.18290v2 [cs.LG]", "arxiv:2305.18290"),
        ("github.com/a/b", "github:a/b"),
        ("GitHub.com/a/b公开", "github:a/b"),
        ("git@github.com:A/b.git", "github:a/b"),
        ("ssh://git@gitlab.com/a/b.git", "url:https://gitlab.com/a/b"),
        ("10.1000/abd", "doi:10.1000/abd"),
        ("doi: 10.1145/3292500.3330701", "doi:10.1145/3292500.3330701"),
        ("zh.wikipedia.org/wiki/人", "url:https://zh.wikipedia.org/wiki/%E4%BA%BA"),
        ("x.com/a/status/1", "url:https://x.com/a/status/1"),
        ("www.example.org", "url:https://www.example.org/"),
        ("example.org", "url:https://example.org/"),
        ("example.ai:8080/a", "url:https://example.ai:8080/a"),
    ],
)
def test_an_address_without_a_link_is_found(text: str, key: str) -> None:
    assert _keys(text) == [key]


@pytest.mark.parametrize(
    "text", ["arxiv.org/abs/2305.18290", "git@github.com:a/b.git", "10.1000/abd"]
)
def test_an_address_among_words_is_found(text: str) -> None:
    assert _keys(f"见 {text}，必读") == _keys(text)


@pytest.mark.parametrize(
    "text",
    [
        "Adam-mini", "fast.ai", "Node.js/React", "llama.cpp/examples", "2305.18290", "10.2024/11",
        "Amazon.com", "a@example.org/x", "and/or", "TCP/IP", "v1.2/final", "3.5/4.0", "12:30",
        "arXiv", "arxiv.org/abs/", "git@example.org:a/b.git", "https：//", "甲：乙/丙",
    ],
)  # fmt: skip
def test_a_name_that_looks_like_an_address_is_a_name(text: str) -> None:
    assert _keys(text) == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("2305.18290", ["arxiv:2305.18290"]),
        ("DPO 2305.18290v2", ["arxiv:2305.18290"]),
        ("2305.18290、2402.03300", ["arxiv:2305.18290", "arxiv:2402.03300"]),
        ("0704.0001", ["arxiv:0704.0001"]),
        ("2313.18290", []),
        ("2305.1829", []),
        ("1305.18290", []),
        ("1.2305.18290", []),
        ("2305.182901", []),
    ],
)
def test_a_number_of_arxiv_is_one_where_a_paper_is_named(text: str, keys: list[str]) -> None:
    assert _keys(text, is_paper=True) == keys
    assert _keys(text) == []


def test_an_address_says_where_it_stands() -> None:
    [one] = addresses_in("DPO（https：//arxiv.org/abs/2305.18290），必读")
    assert (one.start, one.end) == (4, 36)
    assert one.url == "https://arxiv.org/abs/2305.18290"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("见 arXiv:2401.00001v2，与别的", ["arxiv:2401.00001"]),
        ("（ArXiv：2401.00001）和 arXiv 0706.0001", ["arxiv:2401.00001", "arxiv:0706.0001"]),
        ("论文2401.00001提出", ["arxiv:2401.00001"]),
        ("论文 2401.00001 提出", ["arxiv:2401.00001"]),
        ("git clone arxiv.org/abs/2401.00001", ["arxiv:2401.00001"]),
        ("curl https://huggingface.co/papers/2401.00001", ["arxiv:2401.00001"]),
        ("arXiv:hep-th/9901001", ["arxiv:hep-th/9901001"]),
        (
            "10.1145/3292500.3330701，arXiv:2401.00001；",
            ["doi:10.1145/3292500.3330701", "arxiv:2401.00001"],
        ),
        ("DOI 10.1145/3292500.3330701。", ["doi:10.1145/3292500.3330701"]),
        ("(10.1016/S0140-6736(20)30183-5)", ["doi:10.1016/s0140-6736(20)30183-5"]),
        ("10.1016/S0140‑6736(20)30183‑5", ["doi:10.1016/s0140-6736(20)30183-5"]),
        ("https://doi.org/10.48550/arXiv.2401.00001", ["arxiv:2401.00001"]),
        ("2401.00001 与 arXiv:2401.00001", ["arxiv:2401.00001"]),
        ("版本 1.2401.00001，值 2413.12345，10.5/3", []),
        ("没有编号", []),
    ],
)
def test_the_papers_that_a_text_names_by_number_are_told(text: str, keys: list[str]) -> None:
    assert identifiers_in(text) == keys
