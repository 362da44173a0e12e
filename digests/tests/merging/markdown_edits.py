"""Hypothesis strategies: Markdown as in digests, and random edits of it."""

from collections.abc import Sequence

from hypothesis import strategies as st

BLOCKS = [
    "* **问题**: 召回率低\n",
    "* **观点**: 先看数据，再调参数\n",
    "* **观点**:\n  * 数据不干净\n  * 参数太多\n",
    "* **结论**: 混合检索最好\n",
    "* 相关引用:\n  * **论文**: [题](https://example.org/p)\n  * **代码**: 名字\n",
    "  * 无\n",
    "    * 更深一层\n",
    "* 无\n",
    "* 一点\n\n  它的第二段\n",
    "1. 第一步\n2. 第二步\n",
    "一段文字，写在列表之外。\n\n",
    "另一段\n两行的文字\n\n",
    "### 小节\n\n",
    "```python\nprint(1)\n```\n",
    "* 代码:\n\n  ```\n  x = 1\n  ```\n",
    "| 甲 | 乙 |\n| - | - |\n| 丙 | 丁 |\n\n",
    "> 引用的话\n\n",
    "***\n",
    "[定义]: https://example.org/d\n\n",
    "$$\nL\n+ 参数\n=\n数据\n$$\n\n",
    "[^1]: 数据\n\n",
    "- [ ] 检索$x$\n",
    "\n",
]
# Blocks that swallow those after them, or parse differently after others.
ODD = [
    "```\n",
    "<div>\n",
    "<!--\n",
    "-->\n",
    "甲\n---\n",
    "    缩进\n",
    "*\n",
    "* * 套\n",
    "+ 加号\n",
    "$$\n",
    "[^2]: 无\n",
    "* [x] **结论**: 数据\n",
]
WORDS = ["召回率", "数据", "参数", "检索", "检索器", "无", "很", "新的文字", ""]

Pieces = Sequence[str]


def pieces(*, odd: bool = False) -> st.SearchStrategy[Pieces]:
    return st.lists(st.sampled_from([*BLOCKS, *(ODD if odd else [])]), max_size=8)


@st.composite
def edited(draw: st.DrawFn, before: Pieces, *, odd: bool = False) -> Pieces:
    """Apply up to four edits: change, add, delete, move or double a block."""
    blocks = list(before)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(blocks)))
        if place == len(blocks) or draw(st.booleans()):
            blocks[place:place] = [draw(st.sampled_from([*BLOCKS, *(ODD if odd else [])]))]
            continue
        block = blocks.pop(place)
        match draw(st.sampled_from(["change", "change", "delete", "move", "double"])):
            case "change":
                old, new = draw(st.sampled_from(WORDS[:-1])), draw(st.sampled_from(WORDS))
                changed = block.replace(old, new) if old in block else f"{block.rstrip()}{new}\n"
                blocks.insert(place, changed)
            case "move":
                blocks.insert(draw(st.integers(0, len(blocks))), block)
            case "double":
                blocks[place:place] = [block, block]
    return blocks


@st.composite
def versions(draw: st.DrawFn, *, odd: bool = False) -> tuple[str, str, str]:
    """Three versions: base, ours and theirs, each with LF or CRLF, and a final line end or none."""
    base = draw(pieces(odd=odd))
    ends = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    texts = [base, draw(edited(base, odd=odd)), draw(edited(base, odd=odd))]
    return tuple(_text(draw, blocks, ends) for blocks in texts)  # type: ignore[return-value]


def _text(draw: st.DrawFn, blocks: Pieces, ends: str) -> str:
    text = "".join(blocks).replace("\n", ends)
    return text.rstrip("\r\n") if draw(st.booleans()) else text
