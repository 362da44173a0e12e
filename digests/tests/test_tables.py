"""The tables of Chinese say what the libraries say that they were made from."""

import os
import subprocess
import sys
from itertools import islice

import pytest
from django.conf import settings
from opencc import OpenCC
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from digests import pinyin
from digests.search.language import tokenizer
from script import tables

pytestmark = pytest.mark.once  # they know no database


def test_the_tables_are_up_to_date() -> None:
    assert tables.PINYIN.read_text(encoding="utf-8").splitlines() == list(tables.pinyin_lines())
    assert tables.SIMPLIFIED.read_text(encoding="utf-8").split() == tables.simplified_lines()


def test_every_character_and_word_sounds_as_pypinyin_says() -> None:
    known = [*map(chr, PINYIN_DICT), *PHRASES_DICT]
    assert [word for word in known if pinyin.spelled(word) != "".join(lazy_pinyin(word))] == []


def test_every_character_and_word_has_the_readings_of_pypinyin() -> None:
    known = [*islice(map(chr, PINYIN_DICT), 5000), *islice(PHRASES_DICT, 0, None, 5)]
    ours = {word: [list(each) for each in pinyin.readings(word)] for word in known}
    assert {word: each for word, each in ours.items() if each != tables.readings(word)} == {}


def test_words_are_found_in_a_sentence() -> None:
    text = "重庆银行在朝阳的RAG重新长大，重量 “了=”"
    assert pinyin.spelled(text) == "".join("".join(lazy_pinyin(text)).split())


@pytest.mark.parametrize("text", ["強化學習", "台灣", "後臺", "简体"])
def test_traditional_characters_become_those_of_opencc(text: str) -> None:
    assert tokenizer.fold(text) == OpenCC("t2s").convert(text)


def test_a_command_that_needs_no_dictionary_loads_none() -> None:
    code = "import sys, django; django.setup(); import kb.urls; print('rjieba' in sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kb.settings"}
    started = [sys.executable, "-c", code]
    done = subprocess.run(
        started, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
