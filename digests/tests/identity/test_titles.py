"""Link texts that are titles, and those that are none."""

import pytest

from digests.identity import is_title


@pytest.mark.parametrize(
    "text",
    [
        "Toolformer", "DPO", "vLLM", "R", "C++", "3D", "X-Ray", "Llama 3", "openai/whisper",
        "llama.cpp", "Node.js", "Next.js/React", "fast.ai", "@huggingface/transformers",
        "《论文标题》", "图灵测试", "数据结构与算法", "Papers with Code", "Amazon.com: a history",
    ],
)  # fmt: skip
def test_a_title_names_something(text: str) -> None:
    assert is_title(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "—", "👍", "1", "[1]", "①", "2024-07-10",
        "https://example.org/a", "https://arxiv.org/…", "HTTPS://X.COM", "www.x.com", "x.com",
        "arxiv.org/abs/2305.18290", "arXiv:2305.18290", "fast.ai/blog", "见 https://x.com/a",
        "link", "Here", "this page", "[PDF]", "Read more »", "Paper", "Code", "GitHub", "arXiv",
        "Hugging Face", "source", "via", "image.png",
        "链接", "论文链接", "地址", "原文", "点击这里", "论文", "代码", "来源", "详情",
        "微信公众号", "图片", "GitHub issue", "Pull Request", "一篇研究论文链接", "英文", "投稿",
        "Hugging Face 上的模型卡片",
        "@karpathy", "@a, @b",
    ],
)  # fmt: skip
def test_what_points_or_counts_is_no_title(text: str) -> None:
    assert not is_title(text)
