"""Words in one piece: their parts and other spellings."""

import pytest

from digests.search.language.glued import other_spellings, parts


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("LLM显卡", [("LLM", "显卡")]),
        ("训练报错", [("训练", "报错")]),
        ("大模型部署", [("大模型", "部署"), ("模型", "部署")]),
        ("模型怎么部署", [("模型", "部署")]),
        ("80G显存", [("80G", "显存")]),
        ("GPT‑4o微调", [("GPT‑4o", "微调")]),
        ("Ｑwen2.5量化", [("Ｑwen2.5", "量化")]),
        ("C++内存泄漏", [("C++", "内存", "泄漏")]),
        ("显存的占用", [("显存", "占用")]),
        ("顯存占用", [("顯存", "占用")]),
        ("模型怎么", [("模型",)]),
        ("显存", []),
        ("gpt-4o", []),
        ("怎么", []),
        ("", []),
    ],
)
def test_a_word_in_one_piece_has_parts(typed: str, expected: list[tuple[str, ...]]) -> None:
    assert parts(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("gpt4", ["gpt-4"]),
        ("llama3", ["llama-3"]),
        ("Llama-3", ["Llama3"]),
        ("Llama‑3", ["Llama3"]),
        ("Llama 3", ["Llama-3", "Llama3"]),
        ("Llama_3", ["Llama-3", "Llama3"]),
        ("GPT4o", ["GPT-4o"]),
        ("GPT-4o", ["GPT4o"]),
        ("Qwen2.5微调", ["Qwen-2.5微调"]),
        ("4bit", ["4-bit"]),
        ("4-bit", ["4bit"]),
        ("KV-cache", ["KV cache", "KVcache"]),
        ("DeepSeekV2", ["DeepSeek-V2"]),
        ("DeepSeek-V2", ["DeepSeek V2", "DeepSeekV2"]),
        ("RAG", []),
        ("v0.2", []),
        ("3.5", []),
        ("2024-07", []),
        ("https://x.org/a1", []),
    ],
)
def test_a_name_with_digits_or_a_hyphen_has_other_spellings(
    typed: str, expected: list[str]
) -> None:
    assert list(other_spellings(typed)) == expected
