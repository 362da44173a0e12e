"""Small hostile digest files: every spelling that the file format documents, and traps."""

# The bytes of each file, by its name.
FILES: dict[str, bytes] = {
    "2024-07-08.md": r"""# 公式、代码与脚注

## 1. 复杂度 $O(n^2)$ 的注意力

损失 $\mathcal{L}_{DPO}$ 如下[^loss]，每月 $5 和 $10，`$HOME`。

$$
L = -\log\sigma(x)
+ \beta r_w
=
y
$$

* **方法**: 见 $\frac{甲}{2}$[^2] 与 https://example.org/formula-$x$
* [x] **结论**: 完成任务
* 相关引用:
  * [论 $x_1$](https://example.org/in-item)

- [ ] 待办事项
- [x] [链接](https://example.org/task)

| $|x|$ | 值 |
| --- | --- |
| $y_2$ | [格](https://example.org/formula-cell) |

```python
def answer(): return 42  # 四十二
```

[^loss]: 出自 [原文](https://example.org/footnote)
[^2]: 第二 $z$
[^unused]: 没有人提到

## 2. 别处

这里[^loss]没有注解，$5 和 $ 无结尾。

$$
没有结尾 [外链](https://example.org/unclosed)
""".encode(),
    "plain.md": "只有文字，没有标题。".encode(),
    "2024-07-01.md": """---
title: "各种写法"
date: 2024-07-01T09:00:00Z
tags: [RAG, "Step-DPO"]
layout: post
---

# 一级标题

开篇一段，见 [博客](https://example.org/preamble) 和 https://example.org/bare-preamble。

## 1. 半角编号

* **问题**: 甲的 **粗体** 与 `代码 https://example.org/in-code`
*  **结论：** 乙
- __方法__： 丙
+ **Question**: english label
* **没人见过的标签**: 原样保留
* **挑战**:
    * 嵌套一
        * 嵌套二
    * 嵌套三

## 2、顿号编号

* 相关引用:
  * **论文**: [Direct Preference Optimization](https://arxiv.org/abs/2305.18290)
  * **论文**: Adam-mini
  * [https://arxiv.org/pdf/2305.18290v3](https://arxiv.org/pdf/2305.18290v3)
  * <https://arxiv.org/html/2305.18290>
  * https://github.com/Owner/Name.git
  * 名字（[https://example.org/named](https://example.org/named)）
  * [引用式][ref]
  * [一](https://example.org/one) 和 [二](https://example.org/two)
  * 只有名字

## 3．全角句点

* **相关工作**：
\t* **代码**: [repo](https://github.com/owner/name/tree/main?tab=readme)
\t* **数据**: https://huggingface.co/datasets/owner/data
\t* **模型**: https://huggingface.co/owner/model

## 4) 右括号

| 名称 | 链接 |
| --- | :-: |
| 表格里 | [单元格](https://example.org/cell) |
| 裸链接 | https://example.org/bare-cell |

## 5 空格编号

参考 https://zh.wikipedia.org/wiki/Paper_(disambiguation)，以及（https://example.org/in-brackets）。
见https://example.org/after-chinese，"https://example.org/quoted"。

## 没有编号的 [带链接](https://example.org/in-heading) 标题

<a href="https://example.org/raw-anchor">原始 HTML</a> 与 ![图](https://example.org/picture.png)
[![徽章](https://example.org/badge.svg)](https://example.org/badge-target)

## 5. 编号重复

[脚本](javascript:alert(1)) [数据](data:text/html,x) [邮件](mailto:a@example.org) <b@example.org>
[有空格](<https://example.org/with space>) [带题](https://example.org/titled "标题")
[大写](HTTPS://EXAMPLE.ORG/Upper) \\[不是](https://example.org/escaped-brackets)

下划线标题
----------

```md
## 围栏里的标题
[不算](https://example.org/in-fence)
```

~~~
## 波浪围栏
~~~

<!-- ## 注释里的标题 -->

> ## 引用里的标题
> 引用文字 https://example.org/in-quote

* ## 列表里的标题

    缩进代码 https://example.org/indented-code

## 空话题

## 最后

[定义在末尾][REF] ~~删除线~~ 2 < 3 &amp; 4 &copy;

[ref]: https://example.org/reference-style "参考"
[unused]: https://example.org/never-used
""".encode(),
    "no-level-two.md": "# 标题\n\n### 甲\n\n文字\n\n#### 更深\n\n### 乙\n\n文字\n".encode(),
    "toml.md": '+++\ntitle = "TOML"\ndate = 2024-07-02T10:00:00Z\n+++\n## 一\n\n字\n'.encode(),
    "crlf.md": "---\r\ntitle: 回车\r\n---\r\n\r\n## 1. 甲\r\n\r\n* **问题**: 乙\r\n".encode(),
    "cr.md": "## 1. 老式换行\r\r* **问题**: 乙\r".encode(),
    "bom.md": "\ufeff---\ntitle: 字节序\n---\n## 1. 甲\n乙\n".encode(),
    "gb18030.md": "## 1. 国标编码\n\n* **观点**: 㐀𠀀 也在\n".encode("gb18030"),
    "utf-16.md": "## 1. 宽字符\n\n* **观点**: 两个字节\n".encode("utf-16"),
    "unreadable-urls.md": """## 坏地址

* [端口](http://example.org:99999/x) 与 https://exam%20ple.org/
* [方括号](http://[::1/x)
""".encode()
    + b"* https://example.org/"
    + b"a" * 4000
    + b"\n",
    "deep.md": "".join(f"{'  ' * depth}* 第{depth}层\n" for depth in range(30)).encode(),
    "separators.md": "## 一\x0c\n甲\u2028乙\u2029丙\x85丁\x0b戊\n".encode(),
}
