import pytest

from digests.pinyin import NO_LETTER, initial, sort_key, spelled


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("检索增强", "jiansuozengqiang"),
        ("重庆", "chongqing"),
        ("绿色", "lvse"),
        ("RAG 评测", "ragpingce"),
        ("ＡＤＡＭ", "adam"),
        ("Ç", "c"),
        ("C++", "c"),
        ("4-bit", "4bit"),
        ("？！", ""),
    ],
)
def test_a_name_is_sorted_by_its_letters_digits_and_pinyin(name: str, key: str) -> None:
    assert sort_key(name) == key


def test_chinese_and_latin_share_one_alphabet_after_the_digits() -> None:
    names = ["知识库", "RAG", "检索", "Adam", "4-bit", "蒸馏", "Zero"]
    assert sorted(names, key=sort_key) == ["4-bit", "Adam", "检索", "RAG", "Zero", "蒸馏", "知识库"]


def test_what_begins_with_no_letter_is_listed_apart() -> None:
    assert [initial(sort_key(name)) for name in ("检索", "rag", "4-bit", "？！")] == [
        *"JR",
        NO_LETTER,
        NO_LETTER,
    ]


def test_the_key_of_the_longest_name_fits_its_column() -> None:
    assert len(sort_key("床" * 100)) == 255


def test_only_chinese_is_spelled() -> None:
    assert spelled("RAG检索") == "RAGjiansuo"
