"""Rows that use every feature of a page, and the addresses of pages that show them."""

from digests.pages.parts.cited import WORKS_ON_PAGE
from digests.tests import builders
from digests.tests.files import edit_topic
from digests.vocabulary import PointKind, ReferenceKind

LONG = "https://example.org/" + "an-address-without-a-single-blank/" * 5
BODY = f"""{LONG}

### 一个小标题

```
{LONG}
```

* **一个从没见过的标签**: 原样显示

> 引用一段话

| 模型 | 准确率 | 说明 |
|---|--:|:-:|
| Qwen2-72B | 70.8% | 在一张很宽很宽很宽很宽很宽很宽很宽很宽很宽很宽很宽很宽的表里 |

- [x] 复现 $O(n^2)$ 的[实验](https://example.org/)[^1]
- [ ] 长公式 ${" + ".join(f"x_{{{n}}}" for n in range(60))}$

$$
{" + ".join(f"y_{{{n}}}" for n in range(60))}
+ \\frac{{a}}{{b}}
$$

```python
@cache
def f(x: int = 0) -> str:  # 说明
    return "文" * len(x)
```

```diff
- 旧
+ 新
```

[^1]: 见 [论文](https://arxiv.org/abs/2305.18290)
"""


def everything() -> list[str]:
    """Addresses of one page of each type, and for some types a second one with less content."""
    digest = builders.digest(tags=["RAG", "长文本"], preamble="本期由群友整理。")
    points = "\n".join(f"* **{kind}**: 说明" for kind in PointKind.values)
    topic = builders.topic(digest, f"Adam 优化器 {LONG}", body=f"{points}\n\n{BODY}", tags=["RAG"])
    for kind in ReferenceKind.values:
        reference = builders.reference(f"url:https://example.org/{kind}", kind=kind, url=LONG)
        builders.citation(topic, reference, label=kind, kind=kind)
        builders.citation(digest, reference, item=None)
    for earlier in builders.digests(25, before=1, tags=["RAG"]):
        builders.citation(builders.topic(earlier, tags=["RAG"]), reference)
    builders.topic(digest, "没有答案", tags=["RAG", "长文本"], question="open")
    of_many = builders.topic(digest, "引用很多")
    for number in range(WORKS_ON_PAGE + 1):
        builders.citation(of_many, builders.reference(f"name:{number}"))
    edit_topic(topic, title=f"{topic.title} 第二版", tags=["RAG", "长文本"])
    rows = [digest.get_absolute_url(), topic.get_absolute_url(), reference.get_absolute_url()]
    rows += [f"{of_many.get_absolute_url()}?references=2"]
    lists = ["/", "/digests/", "/tags/", "/tags/rag/", "/references/?kind=none", "/feeds/"]
    lists += ["/tags/?order=name&q=a", "/tags/rag+长文本/", "/questions/", "/questions/?tag=rag"]
    lists += ["/changes/"]
    lists += ["/labels/", "/labels/conclusion/", "/labels/other/?tag=rag"]
    lists += ["/archive/", "/archive/2024/", "/archive/2024/7/", "/stats/"]
    return [*lists, *rows, "/accounts/login/", "/nothing-here/"]
