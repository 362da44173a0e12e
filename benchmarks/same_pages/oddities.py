"""Digests that hold what generated ones lack: all kinds of markup, labels, addresses and faults."""

MARKUP = """\
---
title: "标记 *种种* & <奇怪>"
date: 2026-07-20T08:30:00+08:00
tags: [RAG, "C++", "C#", 标记, "a, b"]
---
前言说：[一个仓库](https://github.com/vllm-project/vllm)，见 https://arxiv.org/abs/2305.18290v2 。

- **相关引用**:
  - **论文**: [DPO](https://arxiv.org/abs/2305.18290) 与 [第二篇](https://doi.org/10.1000/182)
  - **代码**: <https://github.com/huggingface/trl>

## 01. 公式 $a_i^2$ 与 `code` 以及 **粗体**
* **问题**: 公式 $\\sum_{i=1}^n x_i \\le \\frac{1}{2}$ 怎么写？ & <b>不安全</b>\
<script>alert(1)</script>
* **方法**: 整行：

  $$\\int_0^1 \\sqrt{x}\\,dx = \\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}$$

* **结论**: 错的公式 $\\frac{1$ 与价钱 $5 和 $6。
* **Result**: RAG 比 C++ 好，脚注[^1]。
* **没见过的标签**: 其他 ~~删掉~~ 的话。

[^1]: 脚注里有[链接](https://kexue.fm/archives/1234)。

## 2. 代码与表格
```python
def f(x: int) -> str:
    # 注释 & <tag>
    return f"{x:>3}"
```

| 模型 | 分数 |
| --- | ---: |
| Qwen2 | 1,234.5 |
| [Llama](https://huggingface.co/meta-llama/Llama-3-8B) | `7 | 8` |

1. 一
   - 二
     - 三
2. [x] 四

> 引文 https://www.bilibili.com/video/BV1xx411c7mD
> 第二行

![图片](https://example.org/a.png "标题") ![本地](/uploads/x.png)

## 2. 号码重复，只有链接
* 相关工作:
  * **论文**: Adam-mini
  * **数据集**: [data](https://huggingface.co/datasets/org/data)
  * **博客**: [存档](https://web.archive.org/web/20240101000000/https://example.com/post?utm_source=x&id=1)
  * **视频**: https://youtu.be/dQw4w9WgXcQ
  * **文档**: [docs][d]；又一次 [docs][d]
  * 坏的: [x](javascript:alert(1)) http://[::1 https://例子.中国/路径

[d]: https://docs.djangoproject.com/en/5.2/ "Docs"

## 只有问题的话题 🚀
* **问题**: 谁知道 *LoRA* 的 rank 怎么选？
* **讨论**: 没有人知道，见 2024-07-10 的讨论。

## 5.
"""

ENGLISH = """\
+++
title = "An English digest"
date = 2026-07-25T23:59:59Z
tags = ["RAG", "Agents", "long context"]
+++
# Heading above the topics

Some preamble with a bare name, and "quotes" -- dashes.

## 1. Question without an answer: *which* reranker?
- **Question**: Which reranker works with 8k tokens of RAG context?
- **Challenge**: Latency, cost & memory.
- **References**:
  - **Paper**: [Attention](https://arxiv.org/pdf/1706.03762.pdf)
  - **Paper**: [Attention Is All You Need](https://arxiv.org/abs/1706.03762v7)
  - **Model**: [bge](https://huggingface.co/BAAI/bge-m3)

## 2. Settled
- **Question**: Is a long context enough?
- **Conclusion**: No: agents need memory.
- **Improvement**: <details><summary>More</summary>hidden *text*</details>
- **Direction**: See <a href="https://openreview.net/forum?id=abc">this</a> and www.example.com.
- **Experience**: It took 3 hours<br>and more.
"""

UNDATED = """\
没有日期，也没有标题的文件。

第二段。
"""

GUESSED = (
    "# 2026年7月28日 群聊\r\n\r\n## 一、换行是 CRLF\r\n* **观点**: 好\r\n* **Opinion**: fine\r\n"
)

BROKEN = """\
---
title: [unclosed
date: nonsense
---
## 1. x
"""

CHINESE = """\
---
title: 国标编码
date: 2026-07-22
---
## 1. 编码
* **结果**: 可以读
"""

PASTED = """\
---
title: 粘贴的文本
date: 2026-08-01
tags: [RAG]
---
## 1. 预览里的话题
* **问题**: 会怎样？
* **相关引用**:
  * **论文**: [DPO](https://arxiv.org/abs/2305.18290)

## 1. 又是一
"""

FILES = {
    "odd-broken.md": BROKEN.encode(),
    "odd-english.md": ENGLISH.encode(),
    "odd-gb.md": CHINESE.encode("gb18030"),
    "odd-guessed.md": GUESSED.encode(),
    "odd-markup.md": MARKUP.encode(),
    "odd-undated.md": UNDATED.encode(),
    "odd-empty.md": b"",
}
