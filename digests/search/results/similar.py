"""Topics whose titles have words in common."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from django.db.models import QuerySet

from digests.models import SearchDocument
from digests.search import engines
from digests.search.engines import Collection, Request
from digests.search.language import tokenizer
from digests.search.language.tree import And, Node, Or, Text
from digests.vocabulary import DocumentKind

TELLING = 5
# Number of telling words that two titles must share to be similar.
ALIKE = 2
NEWEST = 50
# Words that are frequent in titles on any subject.
_COMMONPLACE_WORDS = """
一些 不同 中的 为什么 什么 介绍 优化 使用 关于 关系 分析 利用 区别 原因 原理 发展 可以 可能 各种
哪些 基于 大模型 如何 实现 实践 实际 实验 对比 局限 局限性 工作 工具 应用 开源 影响 怎么 性能
情况 技术 探讨 推荐 提升 效果 数据 方向 方案 方法 是否 有效 未来 模型 比较 理论 理解 理论分析
用于 目前 相关 研究 策略 经验 能力 能否 训练 讨论 论文 评测 资源 过程 进行 进展 通过 选择 问题
领域
ai and an are as at by for from how in is it llm llms lm ml of on or the to using via vs with
"""
_COMMONPLACE = frozenset(_COMMONPLACE_WORDS.split())


def telling_words(title: str) -> list[str]:
    """The words of a title that say most about it, the first ones first; names and other Latin
    words before Chinese ones."""
    folded = tokenizer.fold(title)
    latin = tokenizer.in_order(tokenizer.latin_words(folded) - _COMMONPLACE, folded)
    chinese = tokenizer.in_order(tokenizer.words(folded) - _COMMONPLACE, folded)
    return [word for word in (*latin, *chinese) if not word.isdecimal()][:TELLING]


def common_words(telling: Sequence[str], title: str) -> list[str]:
    """The ``telling`` words of another title that this one has, in its own spelling; empty if they
    are fewer than `ALIKE`."""
    folded = tokenizer.fold(title)
    latin = tokenizer.latin_words(folded)
    common = [word for word in telling if word in (folded if tokenizer.is_chinese(word) else latin)]
    return [_as_spelt(word, title) for word in common] if len(common) >= ALIKE else []


def _as_spelt(word: str, title: str) -> str:
    """The word itself where letters are lost in folding, which tells places apart."""
    at = title.lower().find(word)
    spelt = title[at : at + len(word)] if at >= 0 else word
    return spelt if spelt.lower() == word else word


def topics_with(telling: Sequence[str]) -> Iterator[QuerySet[Any, Any]]:
    """The ids of the newest topics whose titles have `ALIKE` of these words, as a subquery; none
    where there are too few words."""
    texts = [Text(word, tokenizer.phrase(word)) for word in telling]
    pairs: list[Node] = [And(some) for some in combinations(texts, ALIKE)]
    if pairs:
        request = Request(Collection.TOPICS, Or(tuple(pairs)))
        places = engines.current().titled(request, NEWEST)
        documents = SearchDocument.objects.filter(kind=DocumentKind.TOPIC, place__in=places)
        yield documents.filter(collection=Collection.TOPICS).values_list("object_id")
