"""Identities of works that are named without a link."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digests.identity import KEY_LENGTH, of_name


@pytest.mark.parametrize(
    ("name", "key", "url"),
    [
        ("arXiv:2305.18290", "arxiv:2305.18290", "https://arxiv.org/abs/2305.18290"),
        ("arxiv 2305.18290v2", "arxiv:2305.18290", "https://arxiv.org/abs/2305.18290"),
        ("ArXiv：2305.18290 [cs.LG]", "arxiv:2305.18290", "https://arxiv.org/abs/2305.18290"),
        (
            "arXiv preprint arXiv:2305.18290",
            "arxiv:2305.18290",
            "https://arxiv.org/abs/2305.18290",
        ),
        ("arXiv:math.GT/0309136", "arxiv:math/0309136", "https://arxiv.org/abs/math/0309136"),
        ("doi:10.1145/ABC.1", "doi:10.1145/abc.1", "https://doi.org/10.1145/abc.1"),
        ("DOI: 10.48550/arXiv.2305.18290", "arxiv:2305.18290", "https://arxiv.org/abs/2305.18290"),
        # A number without the word "arXiv" may be anything.
        ("2305.18290", "name:2305.18290", ""),
        ("10.2024/11", "name:10.2024/11", ""),
        ("arXiv", "name:arxiv", ""),
        ("arXiv:2305.18290 and more", "name:arxiv:2305.18290-and-more", ""),
    ],
)
def test_a_name_may_be_an_identifier(name: str, key: str, url: str) -> None:
    assert (of_name(name).key, of_name(name).url) == (key, url)


def test_a_bare_name_is_folded() -> None:
    assert of_name("Adam-mini").key == of_name("ＡＤＡＭ-Mini").key == "name:adam-mini"
    assert of_name("LLaMA 3 \u3000 1M\n").key == "name:llama-3-1m"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Adam‑mini", "Adam-mini"),
        ("约翰•史密斯的报告", "约翰·史密斯的报告"),
        ("What’s next", "What's next"),
        ("“苦涩的教训”", '"苦涩的教训"'),
        ("GLM–4–1M", "GLM-4-1M"),
        ("DOI: 10.1016/S0140‑6736(20)30183‑5", "doi:10.1016/S0140-6736(20)30183-5"),
    ],
)
def test_names_that_look_alike_are_one(one: str, other: str) -> None:
    assert of_name(one).key == of_name(other).key


def test_what_nobody_sees_is_no_part_of_a_name() -> None:
    assert of_name("\ufeffAda\u200bm\0\ud800\u00ad").key == "name:adam"


def test_long_names_with_one_beginning_stay_two() -> None:
    one, other = of_name("长" * 500 + "1").key, of_name("长" * 500 + "2").key
    assert one != other
    assert len(one) <= 205


@pytest.mark.parametrize("name", ["", " \n\u3000", "\0\u200b"])
def test_an_empty_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        of_name(name)


@given(st.text())
@example("\udfff")
def test_any_name_has_a_key_that_databases_store_or_a_value_error(name: str) -> None:
    try:
        key = of_name(name).key
    except ValueError:
        return
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\s]", key)
    assert key != "name:"
    assert len(key) <= KEY_LENGTH
