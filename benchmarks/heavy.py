"""Long generated digests full of links, like those of public newsletters; a seed fixes the texts.

    python -m benchmarks.heavy FOLDER [--count 160] [--kilobytes 180]

A digest of 180 KB has some 23 topics and 650 links. Half of them lead to 400 well-known
pages, which most digests cite, each time by another name; the rest are cited hardly ever again.
"""

import argparse
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random

from benchmarks.database import write

_CHINESE = [
    *("模型", "训练", "推理", "数据", "参数", "优化器", "注意力", "检索", "对齐", "奖励"),
    *("微调", "量化", "蒸馏", "显存", "吞吐", "延迟", "缓存", "解码", "采样", "评测", "基准"),
    *("代码", "数学", "多模态", "图像", "语音", "视频", "向量", "索引", "知识库", "智能体"),
    *("规划", "记忆", "提示词", "指令", "幻觉", "安全", "开源", "部署", "框架", "算子", "内核"),
    *("集群", "成本", "社区", "用户", "讨论", "发布", "团队", "公司", "新闻", "报告", "论文"),
    *("工程", "经验", "问题", "方案", "版本", "价格", "接口", "文档", "教程", "平台", "服务"),
]
_LATIN = [
    *("RAG", "LoRA", "DPO", "GRPO", "MoE", "vLLM", "SGLang", "llama.cpp", "Qwen2.5-72B"),
    *("DeepSeek-V3", "GPT-4o", "Claude", "Gemini", "Mistral", "Triton", "CUDA", "KV-cache"),
    *("FP8", "H100", "agent", "benchmark", "MMLU", "tokenizer", "embedding", "reranker"),
    *("diffusion", "MCP", "Ollama", "LangChain"),
]
_LABELS = ("问题", "观点", "结论", "讨论", "方法", "发布")
_ADDRESSES = (
    "https://discord.com/channels/{site}/{page}",
    "https://twitter.com/user{site}/status/{page}",
    "https://github.com/group-{site}/project-{page}",
    "https://arxiv.org/abs/24{month:02}.{page:05}",
    "https://huggingface.co/group-{site}/model-{page}",
    "https://www.youtube.com/watch?v=v{site}x{page}",
    "https://blog{site}.example.org/{page}",
)
_FIRST_DAY = date(2016, 1, 1)
_WELL_KNOWN = 400  # pages
_NAMES = 30  # of a well-known page
# By Zipf's law: the first page gets 15 % of the links to well-known ones, and some eighty pages are
# cited in most digests.
_POPULARITY = list(accumulate(1 / (rank + 1) for rank in range(_WELL_KNOWN)))


def texts(count: int, seed: int = 1, kilobytes: int = 180) -> Iterator[str]:
    """``count`` digests of at least so many kilobytes each. A larger ``count`` yields the same
    digests first."""
    web = _Web(Random(f"web {seed}"))  # noqa: S311 - nothing secret here
    for number in range(count):
        random = Random(f"{seed} {number}")  # noqa: S311
        yield _digest(random, web, _FIRST_DAY + timedelta(days=number), kilobytes * 1024)


class _Web:
    """The pages that links lead to."""

    def __init__(self, random: Random) -> None:
        self._known = [
            (_address(random, sites=50), [_phrase(random, 2, 4) for _ in range(_NAMES)])
            for _ in range(_WELL_KNOWN)
        ]

    def link(self, random: Random) -> str:
        if random.random() < 0.5:
            address, names = random.choices(self._known, cum_weights=_POPULARITY)[0]
            return f"[{random.choice(names)}]({address})"
        return f"[{_phrase(random, 2, 4)}]({_address(random, sites=4000)})"


def _digest(random: Random, web: _Web, day: date, size: int) -> str:
    tags = ", ".join(random.sample(_LATIN, 4))
    head = f'---\ntitle: "{_phrase(random, 8, 8)}"\ndate: {day}T05:44:39Z\ntags: [{tags}]\n---\n\n'
    parts = [f"{head}{_phrase(random, 60, 60)} {web.link(random)}\n"]
    written = 0
    while written < size:
        parts.append(_section(random, web))
        written += len(parts[-1].encode())
    return "".join(parts)


def _section(random: Random, web: _Web) -> str:
    lines = [f"\n## {_phrase(random, 5, 5)} {random.choice(_LATIN)}"]
    for _ in range(random.randint(1, 4)):
        lines += ["", f"### {_phrase(random, 6, 6)} ({random.randint(3, 400)} 条消息)", ""]
        lines += [_bullet(random, web) for _ in range(random.randint(3, 9))]
    return "\n".join(lines) + "\n"


def _bullet(random: Random, web: _Web) -> str:
    label = random.choice([*_LABELS, _phrase(random, 3, 3)])
    first, second = _phrase(random, 20, 60), _phrase(random, 10, 40)
    return f"* **{label}**：{first}，{web.link(random)}。{second} {web.link(random)}"


def _address(random: Random, sites: int) -> str:
    site, page, month = random.randrange(sites), random.randrange(90_000), random.randint(1, 12)
    return random.choice(_ADDRESSES).format(site=site, page=page, month=month)


def _phrase(random: Random, shortest: int, longest: int) -> str:
    words = (
        random.choice(_LATIN if random.random() < 0.12 else _CHINESE)
        for _ in range(random.randint(shortest, longest))
    )
    return "".join(words)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=160)
    parser.add_argument("--kilobytes", type=int, default=180, help="the least size of a file")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    write(arguments.folder, texts(arguments.count, kilobytes=arguments.kilobytes))


if __name__ == "__main__":
    main()
