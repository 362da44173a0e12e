"""Queries that are typed by accident or to break a search."""

from collections.abc import Iterator
from random import Random

WRITTEN = [
    # the syntax of FTS5
    *('"', '""', '"""', "'", "''", '"a', 'a"', '"a" "'),
    *("*", "a*", "^a", "a^", "(", ")", "()", "(a"),
    *("a AND", "AND", "NOT", "NOT NOT a", "a NOT"),
    *("NEAR(a b, 2)", "a NEAR b", "title:a", "{title body}: a"),
    *("- a", "-", "--", "-a", "-a -b", "+a"),
    *("a + b", "a OR", "OR", "OR OR OR", "a OR OR b", "a || b"),
    *("rank:1", "rowid:1", "fts MATCH 'a'", "a AND (b OR (c", "a:b:c:", ": a", ":", "col : a"),
    # the syntax of tsquery
    *("a & b", "a | b", "!a", "!!a", "a <-> b", "a <2> b", "<->"),
    *("a:*", ":*", "a:A", "'a' & ''", "\\", "\\'"),
    *("a \\ b", "'\\'", "a & ! (b | c", "!(a)", "<0>", "<99999>", "a <-1> b"),
    # SQL, templates, HTML, paths
    *("'; DROP TABLE digests_topic; --", "' OR 1=1 --", '") OR 1=1 --', "%", "_"),
    *("%%", "100%", "a_b", "\\%"),
    *("%s", "%(q)s", "{0}", "{{ 7*7 }}", "${7*7}"),
    *("<script>alert(1)</script>", '"><img src=x>', "&lt;", "&#0;"),
    *("../../etc/passwd", "file:///etc/passwd", "C:\\Windows", "\r\nSet-Cookie: a=b"),
    # fields
    *("tag:", "tag::", 'tag:""', 'tag:"', "-tag:"),
    *("tag:tag:RAG", "label:", "label:不存在", "kind:nothing"),
    *("ref:", "ref:arxiv:", "ref:url:http://[", "ref:https://a:b:c"),
    *("http://[::1", "https://", "digest:"),
    *("before:", "before:9999-99", "before:0000-00-00"),
    *("before:99999", "after:9999-12-31", "after:0001-01-01"),
    *("before:-1", "after:2024-02-30", "before:２０２４", "is:", "is:nothing"),
    *("before:a OR after:b",),
    *("标签：", "标签：“", "引用：：", "-标签：RAG", "tag:\x00", "before:2024-08-01T00:00"),
    # characters
    *("\x00", "a\x00b", "\x01\x02\x1f\x7f", "\x85", "\u2028"),
    *("\ufeff", "\ufffe\uffff", "\u200b", "\u200d"),
    *("\U0010ffff", "\ue000", "\U0001f680", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
    *("🇨🇳", "1️⃣", "☃"),
    *("\u202eabc", "שלום", "مرحبا بالعالم", "नमस्ते", "ไทย", "e" + "\u0301" * 200),
    *("\u0301", "Ǆ", "ß", "İ", "ﬃ"),
    *("𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "①②③", "㍿", "ａｂｃ", "豈", "𠮷野家", "ㄅㄆㄇ"),
    *("한국어", "カタカナ", "ｶﾀｶﾅ", "〇〇", "々"),
    # lengths and repeats
    *("a" * 10_000, "显" * 10_000, "a " * 5_000, "显 存 " * 2_000),
    *("-" * 1_000, "-a " * 1_000, '"' * 1_000),
    *("a OR " * 1_000, "(" * 1_000, "🚀" * 1_000, "OR " * 1_000),
    *("tag:a " * 1_000, "a-" * 5_000, "，" * 5_000),
    *("1" * 5_000, "9" * 30, "a.b" * 3_000, '"a" ' * 2_000),
    *("a" * 2_047 + "显", "++" * 3_000, "#" * 300),
    *("“a”", "「a」", "““a””", '"「a"」', '"“a" b”', "「", "」", "＂a＂", '"a “b" c”'),
    # nothing
    *("", " ", "　", "\t", "\n", ".", "…", "，", "？！", "——"),
]  # fmt: skip

# Percent-encoded queries: lone surrogates, broken UTF-8, broken escapes.
RAW = [
    "%ED%A0%80",
    "a%ED%BF%BFb",
    "%FF%FE",
    "%C3",
    "%80%80",
    "%",
    "%0",
    "%zz",
    "%00",
    "%E6%98",
    "+%2B+",
]

_PIECES = [
    *('"', "'", "“", "”", "「", "」", "(", ")", "-"),
    *("--", "NOT ", "OR ", "AND ", "|", "&", "!", "*", ":*"),
    *("<->", "NEAR(", "^", "+", "~", "\\", "%", "_"),
    *(";", "--", "/*", "{", "}", "\x00", "\x1b", "\u202e"),
    *("tag:", "label:", "kind:", "ref:", "digest:"),
    *("before:", "after:", "is:edited ", "标签：", "引用:"),
    *("RAG", "显存", "C++", "结", "gpt-4", "3.5", "2024-07"),
    *("arxiv:2305", "https://", "検索", "a", "1"),
    *(" ", " ", "　", "，", "\n", "🚀", "\u0301", "é", "ﷺ", "\ufffd", "ı", "\U0010fffe"),
]  # fmt: skip


def generated(count: int, seed: int = 1) -> Iterator[str]:
    random = Random(seed)  # noqa: S311 - nothing secret here
    for _ in range(count):
        yield "".join(random.choices(_PIECES, k=random.randint(1, 30)))
