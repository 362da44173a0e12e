import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from digests import markdown


def _read(text: str, definitions: markdown.Definitions | None = None) -> list[Token]:
    blocks = markdown.blocks(text, definitions)
    markdown.inlines(blocks.tokens, blocks.env)
    return blocks.tokens


def _links(text: str) -> list[str]:
    children = [child for token in _read(text) for child in token.children or []]
    return [str(child.attrs["href"]) for child in children if child.type == "link_open"]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("见https://arxiv.org/abs/2305.18290，以及", "https://arxiv.org/abs/2305.18290"),
        ("（https://example.org/a）", "https://example.org/a"),
        ("(https://en.wikipedia.org/wiki/A_(b))", "https://en.wikipedia.org/wiki/A_(b)"),
        ("**https://example.org/a_b_c**", "https://example.org/a_b_c"),
        ("看 https://example.org/x.", "https://example.org/x"),
        ("“https://example.org/q”", "https://example.org/q"),
        ("<https://example.org/auto>", "https://example.org/auto"),
        ("[t](https://example.org/中文)", "https://example.org/中文"),
        ("https://example.org/?a=1&amp;b=2", "https://example.org/?a=1&b=2"),
        ("<https://example.org/?a=1&amp;b=2>", "https://example.org/?a=1&b=2"),
        ("https://example.org/?a=1&copy=2", "https://example.org/?a=1&copy=2"),
        ("&quot;https://example.org/q&quot;", "https://example.org/q"),
        (r"**https://example.org/a\_b\_c**，", "https://example.org/a_b_c"),
        (r"https://example.org/a\*", "https://example.org/a"),
    ],
)
def test_a_url_in_a_text_is_a_link_and_ends_where_a_reader_would_end_it(
    text: str, url: str
) -> None:
    assert _links(text) == [url]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("见 https://bench.example获取，", "https://bench.example"),
        ("https://bench.example:8080で公開", "https://bench.example:8080"),
        ("https://bench.example에서", "https://bench.example"),
        ("https://bench.example?q=1获取", "https://bench.example?q=1获取"),
        ("HTTPS://Bench.Example获取", "HTTPS://Bench.Example"),
        ("https://bench.example-获取", "https://bench.example"),
        ("https://bench.example👉看", "https://bench.example"),
        ("https://user@bench.example获取", "https://user@bench.example"),
        ("https://münchen.de/straße", "https://münchen.de/straße"),
    ],
)
def test_no_chinese_japanese_or_korean_letter_belongs_to_the_host(text: str, url: str) -> None:
    assert _links(text) == [url]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("代码在https://github.com/a/b公开", "https://github.com/a/b"),
        ("https://www.github.com/a/b/tree/main获取", "https://www.github.com/a/b/tree/main"),
        ("https://arxiv.org/abs/2305.18290这篇", "https://arxiv.org/abs/2305.18290"),
        ("https://cn.arxiv.org/pdf/2305.18290v2の論文", "https://cn.arxiv.org/pdf/2305.18290v2"),
        ("https://huggingface.co/a/b모델", "https://huggingface.co/a/b"),
        ("https://gitee.com/a/b获取", "https://gitee.com/a/b"),
        ("https://papers.nips.cc/paper/1介绍", "https://papers.nips.cc/paper/1"),
        ("https://paperswithcode.com/paper/a榜单", "https://paperswithcode.com/paper/a"),
        ("https://deepwiki.com/a/b解读", "https://deepwiki.com/a/b"),
        ("https://doi.org/10.1145/1.2一文", "https://doi.org/10.1145/1.2"),
        ("https://youtu.be/abc这个视频", "https://youtu.be/abc"),
        ("https://www.youtube.com/watch?v=abc讲得好", "https://www.youtube.com/watch?v=abc"),
        ("https://x.com/a/status/1也提到", "https://x.com/a/status/1"),
        ("https://openreview.net/forum?id=aB1评审", "https://openreview.net/forum?id=aB1"),
        ("https://github.com/a/b,代码", "https://github.com/a/b"),
        ("**https://github.com/a/b**公开", "https://github.com/a/b"),
        (r"https://github.com/a/b\_c公开", "https://github.com/a/b_c"),
        ("https://github.com/a/b---我们", "https://github.com/a/b"),
        ("https://youtu.be/ab-这个", "https://youtu.be/ab-"),
        ("https://arxiv.org/abs/2305.18290(论文)", "https://arxiv.org/abs/2305.18290"),
        (
            "https://link.springer.com/article/10.1/s1一文",
            "https://link.springer.com/article/10.1/s1",
        ),
        ("https://www.zhihu.com/question/1的回答", "https://www.zhihu.com/question/1"),
        ("https://arxiv.org/abs/2305.18290→综述", "https://arxiv.org/abs/2305.18290"),
        ("https://github.com/a/b#readme部分", "https://github.com/a/b#readme"),
    ],
)
def test_text_ends_a_url_where_paths_are_ascii(text: str, url: str) -> None:
    assert _links(text) == [url]


@pytest.mark.parametrize(
    "url",
    [
        "https://zh.wikipedia.org/wiki/人工智能",
        "https://zh.wikipedia.org/wiki/Transformer模型",
        "https://zh.wikipedia.org/wiki/Wikipedia:首页",
        "https://zh.wikipedia.org/wiki/模型_(机器学习)简介",
        "https://example.org/文档,附录",
        "https://example.org/?q=大模型",
        "https://github.com/a/b#快速开始",
        "https://github.com/a/b/blob/main/文档/README_中文.md",
        "https://github.com/search?q=AI绘画",
        "https://www.youtube.com/@频道",
        "https://arxiv.org.example/论文",
    ],
)
def test_a_chinese_name_in_a_url_belongs_to_it(url: str) -> None:
    assert _links(f"见 {url}，") == [url]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.org/a/b,代码", "https://example.org/a/b"),
        ("https://example.org/a;另见", "https://example.org/a"),
        ("(https://example.org/a)代码", "https://example.org/a"),
        ("[见https://example.org/a],然后", "https://example.org/a"),
        ("**https://example.org/a**公开", "https://example.org/a"),
        ("~~https://example.org/a~~作废", "https://example.org/a"),
        ("https://example.org/a--说明", "https://example.org/a"),
        ("https://example.org/a👉这里", "https://example.org/a"),
    ],
)
def test_a_sign_of_the_sentence_ends_a_url_before_chinese(text: str, url: str) -> None:
    assert _links(text) == [url]


def test_a_second_url_is_no_part_of_the_first() -> None:
    text = "https://example.org/a和https://example.org/b以及https://github.com/a/b"
    assert _links(text) == [
        "https://example.org/a", "https://example.org/b", "https://github.com/a/b"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("arxiv.org/abs/1", "https://arxiv.org/abs/1"),
        ("www.example.org/a", "https://www.example.org/a"),
        ("https：//example.org/a", "https://example.org/a"),
        ("example.org/a", "example.org/a"),
        ("notes/github.com/a", "notes/github.com/a"),
        ("github.com.md", "github.com.md"),
    ],
)
def test_the_target_of_a_link_has_a_scheme_if_it_is_an_address(target: str, url: str) -> None:
    assert _links(f"[t]({target}) [u][u]\n\n[u]: {target}") == [url, url]


@pytest.mark.parametrize(
    "text",
    [
        "`https://example.org`",
        "xhttps://example.org",
        "https://",
        "ftp://example.org",
        "https://例子",
    ],
)
def test_what_only_looks_like_a_url_stays_text(text: str) -> None:
    assert _links(text) == []


@pytest.mark.parametrize("text", ["中文**“引用”**中文", "**大模型。**推理", "他说**（对）**吗"])
def test_bold_works_next_to_chinese_punctuation(text: str) -> None:
    assert "*" not in markdown.plain_text(_read(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**优点：**LLM 更快", "优点：LLM 更快"),
        ("**《论文》**DPO", "《论文》DPO"),
        ("__重点__中文", "重点中文"),
        ("LLM**《论文》**DPO", "LLM《论文》DPO"),
        ("RAG**（检索）**LLM", "RAG（检索）LLM"),
        ("**首先，**LLM 很快", "首先，LLM 很快"),
        ("**“引用”**LLM", "“引用”LLM"),
        ("~~（旧）~~New", "（旧）New"),
        ("*「甲」*B", "「甲」B"),
        ("***很快。***LLM", "很快。LLM"),
        ("**粗*斜。*X**Y", "粗斜。XY"),
        ("文__重点：__LLM", "文重点：LLM"),
        ("__使用 LLM__很快", "使用 LLM很快"),
        ("[**优点：**LLM](https://example.org/)", "优点：LLM"),
        ("**优点：**LLM 更快，**缺点：**GPU 更贵", "优点：LLM 更快，缺点：GPU 更贵"),
        ("𠮷**“引用”**𠮷", "𠮷“引用”𠮷"),
        ("**优点:**LLM 更快", "优点:LLM 更快"),
        ("* __缺点:__GPU 更贵", "缺点:GPU 更贵"),
        ("LLM**(大模型)**很快", "LLM(大模型)很快"),
        ("**优点：**`LLM`", "优点：LLM"),
        ("**重点…**LLM", "重点…LLM"),
        ("**5％**LLM", "5％LLM"),
    ],
)
def test_emphasis_ends_behind_chinese_punctuation_before_a_latin_word(
    text: str, shown: str
) -> None:
    assert markdown.plain_text(_read(text)) == shown


@pytest.mark.parametrize(
    ("text", "emphasised"),
    [
        ("**结论：**LLM 有 **甲**、**LLM**、**乙**", ["结论：", "甲", "LLM", "乙"]),
        ("**他说，**LLM** 很快**", ["他说，LLM 很快", "LLM"]),
        ("“**word**”LLM 与 **乙**", ["word", "乙"]),
    ],
)
def test_a_run_of_marks_closes_only_what_it_cannot_open_better(
    text: str, emphasised: list[str]
) -> None:
    found: list[str] = []
    opened: list[int] = []
    for child in _read(text)[1].children or []:
        if child.type == "strong_open":
            opened.append(len(found))
            found.append("")
        elif child.type == "strong_close":
            opened.pop()
        for number in opened:
            found[number] += child.content
    assert found == emphasised


@pytest.mark.parametrize(
    "text",
    [
        "用__init__方法",
        "在 __CUDA_ARCH__里",
        "用户__订单",
        "_重点_中文",
        "**优点：",
        "：**LLM",
        "**key:**value",
        "f(x)**(y)**z",
    ],
)
def test_names_and_single_marks_beside_chinese_stay(text: str) -> None:
    assert markdown.plain_text(_read(text)) == text


def test_underscores_inside_words_stay() -> None:
    assert (
        markdown.plain_text(_read("snake_case_name 和 中_文_字")) == "snake_case_name 和 中_文_字"
    )


def test_a_link_definition_serves_a_slice_that_lacks_it() -> None:
    found = markdown.definitions("[id]: https://example.org/\n")
    assert markdown.plain_text(_read("[text][id]", found)) == "text"


def test_marks_of_a_long_definition_stay_text_beyond_10_mb() -> None:
    text = "[甲] " * 300 + "\n\n[甲]: https://example.org/" + "x" * 100_000
    assert 40 < len(_links(text)) <= 100
    assert markdown.plain_text(_read(text)).endswith("[甲]")


def test_brackets_deeper_than_six_are_shown_as_written() -> None:
    for depth in (5, 6, 7):
        text = "[" * depth + "甲" + "]" * depth + "(https://example.org/)"
        assert _links(text) == ["https://example.org/"]
        assert "[" * (depth - 1) + "甲" in markdown.plain_text(_read(text))
    assert len(_links("![" * 11 + "[甲](https://example.org/)" + "](b)" * 11)) <= 1


def test_quotes_deeper_than_twelve_are_shown_as_written() -> None:
    quotes = [token.type for token in _read("> " * 12 + "甲\n")].count("blockquote_open")
    assert quotes == 12
    tokens = _read("> " * 13 + "甲\n")
    assert [token.type for token in tokens].count("blockquote_open") == 12
    assert markdown.plain_text(tokens).strip() == "> 甲"


def test_a_footnote_with_a_text_is_shown_and_its_links_are_found() -> None:
    text = "文[^1]\n\n[^1]: [名字](https://example.org/x)\n[^2]: 说明\n"
    assert markdown.plain_text(_read(text)) == "文[^1]\n名字\n说明"
    assert _links(text) == ["https://example.org/x"]
    assert _links("文[^1]\n\n[^1]: https://example.org/x\n") == ["https://example.org/x"]


@given(st.text())
def test_lines_put_together_are_the_text(text: str) -> None:
    assert "".join(markdown.lines(text)) == text


@given(st.text(alphabet="a\n\r\f\u2028 -#`"))
def test_tokens_stay_inside_the_lines(text: str) -> None:
    blocks = markdown.blocks(text)
    ends = [token.map[1] for token in blocks.tokens if token.map]
    assert max(ends, default=0) <= len(blocks.lines)


@given(
    st.text(alphabet=st.characters(exclude_characters="\n!&*:<[\\]_`~", exclude_categories=["C"]))
)
def test_a_text_without_markup_is_itself(text: str) -> None:
    assert markdown.plain_text([markdown.inline(text)]) == text
