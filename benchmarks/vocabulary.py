"""Generated digests with a large vocabulary, for benchmarks of search; a seed fixes the texts.

The digests of `generated` repeat forty words, which is too few to search for. These have ten
thousand Chinese words and a thousand others, with frequencies by Zipf's law, as in any language.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, product
from random import Random
from zoneinfo import ZoneInfo

from pypinyin.phrases_dict import phrases_dict

from benchmarks.generated import ADDRESSES, LABELS

_TRADE = [
    *("模型", "训练", "推理", "数据", "参数", "优化器", "注意力", "检索", "对齐", "奖励", "微调"),
    *("量化", "显存", "通信", "并行", "吞吐", "延迟", "缓存", "解码", "采样", "梯度", "收敛"),
    *("强化学习", "深度学习", "机器学习", "集中文本", "无人机", "知识图谱", "智能体", "提示词"),
    *("评测", "基准", "幻觉", "部署", "集群", "成本", "去重", "中文", "人机", "和平", "化学"),
    *("LoRA", "RLHF", "DPO", "MCTS", "MoE", "vLLM", "GPTQ", "RoPE", "AdamW", "RAG", "KV-cache"),
    *("GPT-4o", "Qwen2-72B", "DeepSeek-V2", "Llama-3.1", "Claude-3.5", "C++", "v0.2", "10K"),
]
_GLUE = [
    *"的是在了不和有会也与对中把从为更都很将被用到上",
    *("可以", "需要", "通过", "影响", "没有", "提升", "降低", "依赖", "仍然", "导致", "取决于"),
    *("适合", "缺乏", "主要", "不会", "显著", "一般", "容易", "相比"),
]
_FIRST_DAY = datetime(2010, 1, 1, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
_BETWEEN = timedelta(hours=13)


def texts(count: int, seed: int = 1) -> Iterator[str]:
    """``count`` digests of ten topics with some 500 characters each.

    A larger ``count`` yields the same digests first.
    """
    words = _Words(Random(f"words {seed}"))  # noqa: S311 - nothing secret here
    for number in range(count):
        random = Random(f"{seed} {number}")  # noqa: S311
        yield _Writer(words, random).digest(_FIRST_DAY + number * _BETWEEN)


class _Words:
    """The vocabulary, with cumulative weights for random choices."""

    def __init__(self, random: Random) -> None:
        syllables = ["".join(pair) for pair in product("bdfgklmnprstvz", "aeiou")]
        latin = ["".join(random.choices(syllables, k=random.randint(2, 4))) for _ in range(1000)]
        chinese = random.sample([word for word in phrases_dict if len(word) < 4], 10_000)
        rare = chinese + latin
        random.shuffle(rare)
        self.words = _TRADE + rare
        self.weights = list(accumulate(1 / (rank + 40) for rank in range(len(self.words))))
        self.weights_of_glue = list(accumulate(1 / (rank + 2) for rank in range(len(_GLUE))))


class _Writer:
    def __init__(self, words: _Words, random: Random) -> None:
        self._words = words
        self._random = random

    def digest(self, day: datetime) -> str:
        tags = self._random.sample(_TRADE, 5)
        topics = (self._topic(number) for number in range(1, 11))
        title = self._phrase(3, 5)
        head = f'---\ntitle: "{title}"\ndate: {day.isoformat()}\ntags: {tags}\n---\n\n'
        return head + "\n".join(topics)

    def _topic(self, number: int) -> str:
        random = self._random
        lines = [f"## {number}. {self._phrase(4, 7)}"]
        for label in random.sample(LABELS, random.randint(4, 6)):
            if random.random() < 0.3:
                lines.append(f"* **{label}**:")
                lines += [f"  * {self._sentence()}" for _ in range(random.randint(2, 4))]
            else:
                lines.append(f"* **{label}**: {self._sentence()}")
        if references := random.choice([0, 0, 0, 1, 1, 2, 3]):
            lines.append("* **相关引用**:")
            lines += [f"  * {self._reference()}" for _ in range(references)]
        return "\n".join(lines) + "\n"

    def _reference(self) -> str:
        label, address = self._random.choice(list(ADDRESSES.items()))
        work = int(self._random.random() ** 2 * 30_000)
        return f"**{label}**: [{self._phrase(3, 6)}]({address.format(work % 12, work)})"

    def _sentence(self) -> str:
        clauses = [self._phrase(4, 9) for _ in range(self._random.randint(1, 3))]
        return "，".join(clauses) + "。"

    def _phrase(self, shortest: int, longest: int) -> str:
        """Random words, some joined by function words (`_GLUE`), with blanks around Latin ones."""
        length = self._random.randint(shortest, longest)
        words: Sequence[str] = self._random.choices(
            self._words.words, cum_weights=self._words.weights, k=length
        )
        phrase = ""
        for word in words:
            if phrase and self._random.random() < 0.4:
                weights = self._words.weights_of_glue
                phrase += self._random.choices(_GLUE, cum_weights=weights)[0]
            apart = phrase and (word.isascii() or phrase[-1].isascii())
            phrase += f" {word}" if apart else word
        return phrase
