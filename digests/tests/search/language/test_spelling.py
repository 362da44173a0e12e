"""Spelling corrections from the words of topics."""

from itertools import cycle
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoAssertNumQueries

from digests.models import SearchWord
from digests.search.language import spelling
from digests.search.language.spelling import known_words, sound
from digests.search.language.tokenizer import fold, latin_words, words

pytestmark = pytest.mark.django_db


def corrections(word: str, limit: int = 3) -> list[str]:
    return spelling.corrections(word, known_words([word]), limit)


def rarest(folded: str) -> list[str]:
    return list(spelling.rarest(folded, spelling.topic_counts(spelling.possible_words(folded))))


def hold(**counts: int) -> None:
    """Store words with their numbers of topics."""
    SearchWord.objects.bulk_create(
        SearchWord(word=word, pinyin=sound(word), topic_count=count)
        for word, count in counts.items()
    )


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("推理", "tuili"),
        ("女", "nv"),
        ("绿色", "lvse"),
        ("银行", "yinhang"),
        ("行为", "xingwei"),
        ("重复", "chongfu"),
        ("rag 检索", "ragjiansuo"),
        ("rag", ""),
        ("c++", ""),
        ("", ""),
    ],
)
def test_a_word_sounds_as_it_is_usually_read(word: str, expected: str) -> None:
    assert sound(word) == expected


def test_a_long_word_has_a_sound_that_can_be_stored() -> None:
    hold(**{"装" * 64: 1})
    assert len(sound("装" * 64)) == 255


@pytest.mark.parametrize("typed", ["transfomer", "rtansformer", "transformerr", "trensformer"])
def test_a_word_with_a_wrong_letter_is_corrected(typed: str) -> None:
    hold(transformer=3, translation=9, former=2)
    assert corrections(typed) == ["transformer"]


def test_the_nearer_word_comes_first_and_then_the_more_frequent() -> None:
    hold(model=2, mode=9, modem=1, modal=5)
    assert corrections("modek") == ["mode", "model", "modem"]
    assert corrections("modek", limit=1) == ["mode"]


def test_a_letter_left_out_or_swapped_is_likelier_than_a_wrong_one() -> None:
    hold(lora=1, loan=5, token=1, toon=5)
    assert corrections("loar") == ["lora", "loan"]
    assert corrections("tokn") == ["token", "toon"]


def test_short_words_may_differ_by_one_letter_alone() -> None:
    hold(lora=2, lorax=2, loraxy=2)
    assert set(corrections("lor")) == {"lora"}


def test_no_number_is_a_misspelling_of_another() -> None:
    hold(**{"gpt-3": 8, "gpt-4o": 2, "llama2": 1})
    assert corrections("gpt-4") == ["gpt-4o"]
    assert corrections("gpt4o") == ["gpt-4o"]
    assert corrections("llama3") == []


def test_a_word_is_no_correction_of_itself() -> None:
    hold(agent=2, 推理=2)
    assert corrections("agent") == []
    assert corrections("推理") == []
    assert corrections("tuili") == ["推理"]


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        ("agents", "agent"),
        ("agent", "agents"),
        ("policies", "policy"),
        ("policy", "policies"),
        ("boxes", "box"),
        ("box", "boxes"),
        ("openai's", "openai"),
        ("editors’", "editor"),
    ],
)
def test_english_singular_and_plural_lead_to_each_other(typed: str, held: str) -> None:
    hold(**{held: 1, "unlike": 100})
    assert corrections(typed) == [held]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("tuili", ["推理", "推力"]),
        ("qianghuaxuexi", ["强化学习"]),
        ("xi'an", ["西安"]),
        ("lvse", ["绿色"]),
        ("tuilix", []),
    ],
)
def test_typed_pinyin_leads_to_chinese(typed: str, expected: list[str]) -> None:
    hold(推理=9, 推力=1, 强化=5, 学习=9, 西安=1, 绿色=1)
    assert corrections(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("推力", "推理"),
        ("强化穴习", "强化学习"),
        ("强花学系", "强化学习"),
        ("大预言模型", "大语言模型"),
        ("rag检锁", "rag检索"),
        ("便一", "便宜"),
    ],
)
def test_chinese_that_sounds_like_a_word_is_corrected(typed: str, expected: str) -> None:
    hold(推理=9, 推力=1, 强化=5, 学习=9, 语言=9, 预言=1, 模型=9, 检索=3, 便宜=1)
    assert corrections(typed)[0] == expected


def test_of_words_that_sound_alike_that_with_the_same_characters_comes_first() -> None:
    hold(一直=90, 一致=80, 已知=1)
    assert corrections("意知") == ["已知", "一直", "一致"]


def test_a_rarer_word_that_sounds_alike_is_not_offered() -> None:
    hold(推理=9, 推力=1)
    assert corrections("推理") == []


def test_latin_at_the_side_of_right_chinese_is_corrected() -> None:
    hold(transformer=3, 模型=9)
    assert corrections("transfomer模型") == ["transformer模型"]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "a",
        "推",
        "，",
        "''",
        "'s",
        "a\0b",
        "\ud800",
        "🙂",
        "%_%",
        "a" * 32,
        "长" * 32,
        "长" * 9999,
    ],
)
def test_whatever_is_typed_is_no_error(typed: str) -> None:
    hold(agent=1, 推理=1)
    assert corrections(typed) == []


def test_it_asks_the_database_three_times_at_most(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    hold(推理=9, 模型=9, transformer=3)
    for typed in ("tuilimoxing", "transfomers", "transfomer模型", "推力模行在大预言"):
        with django_assert_max_num_queries(3):
            assert corrections(typed)


def _seed_words() -> tuple[list[str], list[str]]:
    folded = fold((Path(settings.BASE_DIR) / "seeds" / "2024-07-10.md").read_text())
    latin = [word for word in sorted(latin_words(folded)) if word.isalpha() and len(word) > 4]
    return latin, sorted(words(folded))


def _typo(word: str, kind: int) -> str:
    middle = len(word) // 2
    before, after = word[:middle], word[middle:]
    return [
        before + after[1:],
        f"{before}q{after}",
        f"{before}q{after[1:]}",
        before[:-1] + after[0] + before[-1] + after[1:],
    ][kind]


def test_the_words_of_the_seed_are_found_by_a_typo_and_by_their_sound() -> None:
    latin, chinese = _seed_words()
    hold(**dict.fromkeys([*latin, *chinese], 1))
    mistyped = [
        (typed, word)
        for word, kind in zip(latin, cycle(range(4)), strict=False)
        if (typed := _typo(word, kind)) not in latin
    ]
    right = [word for typed, word in mistyped if corrections(typed)[:1] == [word]]
    assert len(right) >= 0.95 * len(mistyped) > 0
    heard = chinese[::5]
    assert [word for word in heard if word not in corrections(sound(word))] == []


def test_the_rarest_words_of_a_question_come_first() -> None:
    hold(模型=50, 显存=3, 占用=7, lora=5, 如何=2)
    assert rarest(fold("如何降低LoRA模型的显存占用")) == ["显存", "lora", "占用", "模型"]


def test_of_a_long_question_twelve_words_are_kept() -> None:
    words = {f"word{chr(ord('a') + number)}": 20 - number for number in range(15)}
    hold(**words)
    assert rarest(" ".join(words)) == list(words)[:2:-1]


def test_words_of_questions_are_left_out_unless_there_are_no_others() -> None:
    hold(什么=9, 为什么=9, 显存=9, what=9, flashattention=9)
    assert rarest("什么是显存") == ["显存"]
    assert rarest("为什么") == ["为什么"]
    assert rarest("what is flashattention") == ["flashattention"]


def test_a_word_of_one_character_says_nothing() -> None:
    assert rarest("a 我 b") == []


def test_a_word_that_no_topic_has_says_nothing() -> None:
    hold(显存=2)
    assert rarest("显存占用") == ["显存"]


def test_a_word_that_the_segmentation_cuts_through_is_found() -> None:
    hold(对血=2, 帮助=9)
    assert "对血" not in spelling.words_of("名分和切贴对对血有什么帮助吗")
    assert rarest("名分和切贴对对血有什么帮助吗") == ["对血", "帮助"]


def test_what_shares_a_character_with_a_known_word_is_no_word() -> None:
    hold(对国=2, 国度=9)
    assert rarest("乐工对国度") == ["国度"]
