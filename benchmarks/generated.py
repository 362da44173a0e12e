"""Generated digests for benchmarks, shaped like the real one in seeds/; a seed fixes the texts."""

from collections.abc import Iterator
from random import Random

_WORDS = [
    *("模型", "训练", "推理", "数据", "参数", "优化器", "注意力", "检索", "对齐", "奖励"),
    *("微调", "量化", "显存", "通信", "并行", "吞吐", "延迟", "缓存", "解码", "采样", "梯度"),
    *("收敛", "评测", "基准", "幻觉", "部署", "集群", "成本", "去重", "可以", "需要", "显著"),
    *("LoRA", "RLHF", "DPO", "MCTS", "MoE", "vLLM", "GPTQ", "RoPE", "AdamW"),
]
LABELS = ["问题", "观点", "结论", "方法", "结果", "讨论", "挑战", "改进", "经验"]
ADDRESSES = {
    "论文": "https://arxiv.org/abs/24{:02}.{:05}",
    "代码": "https://github.com/group-{}/project-{}",
    "模型": "https://huggingface.co/group-{}/model-{}",
    "博客": "https://example.org/{}/posts/{}",
}


def texts(count: int, seed: int = 1) -> Iterator[str]:
    """``count`` digests of some 6 KB, each with about ten topics and a dozen references."""
    random = Random(seed)  # noqa: S311 - nothing secret here
    for _ in range(count):
        yield _digest(random)


def _digest(random: Random) -> str:
    tags = random.sample(_WORDS, 5)
    topics = (_topic(random, number) for number in range(1, random.randint(8, 13)))
    head = f"---\ntitle: {_phrase(random)}\ndate: 2024-07-10T19:31:56+08:00\ntags: {tags}\n---\n\n"
    return head + "\n".join(topics)


def _topic(random: Random, number: int) -> str:
    lines = [f"## {number}. {_phrase(random)}"]
    for label in random.sample(LABELS, random.randint(3, 6)):
        if random.random() < 0.3:
            lines.append(f"* **{label}**:")
            lines += [f"  * {_sentence(random)}" for _ in range(random.randint(2, 3))]
        else:
            lines.append(f"* **{label}**: {_sentence(random)}")
    if references := random.choice([0, 0, 0, 1, 1, 2, 3]):
        lines.append("* **相关引用**:")
        lines += [f"  * {_reference(random)}" for _ in range(references)]
    return "\n".join(lines) + "\n"


def _reference(random: Random) -> str:
    label, address = random.choice(list(ADDRESSES.items()))
    # Squared, so that a few works are cited often and most only once or twice.
    work = int(random.random() ** 2 * 3000)
    title = f"{_WORDS[work % len(_WORDS)]} {work}"
    return f"**{label}**: [{title}]({address.format(work % 12, work)})"


def _sentence(random: Random) -> str:
    return "，".join(_phrase(random) for _ in range(random.randint(1, 3))) + "。"


def _phrase(random: Random) -> str:
    return "".join(random.choices(_WORDS, k=random.randint(4, 8)))
