import pytest

from digests.identity import of_name, of_url
from digests.vocabulary import ReferenceKind


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/abs/2305.18290",
        "http://arxiv.org/abs/2305.18290v3",
        "https://www.arxiv.org/pdf/2305.18290",
        "https://arxiv.org/pdf/2305.18290v2.pdf",
        "https://arxiv.org/html/2305.18290v1",
        "https://doi.org/10.48550/arXiv.2305.18290",
        "https://huggingface.co/papers/2305.18290",
        "https://www.alphaxiv.org/abs/2305.18290",
        "https://export.arxiv.org/abs/2305.18290#S1",
    ],
)
def test_one_paper_has_one_key(url: str) -> None:
    identity = of_url(url)
    assert identity.key == "arxiv:2305.18290"
    assert identity.kind is ReferenceKind.PAPER
    assert identity.url == "https://arxiv.org/abs/2305.18290"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://arxiv.org/abs/cs/0112017", "arxiv:cs/0112017"),
        ("https://dx.doi.org/10.5555/3600270.3601459", "doi:10.5555/3600270.3601459"),
        ("https://github.com/DVLab-Research/Step-DPO", "github:dvlab-research/step-dpo"),
        ("https://github.com/a/b.git", "github:a/b"),
        ("https://github.com/a/b/tree/main?tab=readme#models", "github:a/b"),
        ("https://github.com/topics/llm", "url:https://github.com/topics/llm"),
        ("https://huggingface.co/Qwen/Qwen2-7B", "hf:qwen/qwen2-7b"),
        ("https://hf.co/datasets/xinlai/Math-10K", "hf:datasets/xinlai/math-10k"),
        ("https://huggingface.co/spaces/a/b", "hf:spaces/a/b"),
        ("https://huggingface.co/blog/rlhf", "url:https://huggingface.co/blog/rlhf"),
        ("HTTP://Example.ORG", "url:https://example.org/"),
        ("https://example.org/a?b=2&utm_source=x&a=1#top", "url:https://example.org/a?a=1&b=2"),
        ("http://103.170.5.190:7870/", "url:https://103.170.5.190:7870/"),
        ("http://[::1]:80/x", "url:https://[::1]/x"),
    ],
)
def test_a_url_has_the_key_of_what_it_shows(url: str, key: str) -> None:
    assert of_url(url).key == key


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org:99999/",
        "https://example.org:port/",
        "http://[::1",
        "https://",
        "ftp://example.org/",
        "https://example.org/" + "a" * 4000,
    ],
)
def test_what_is_no_usable_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        of_url(url)


def test_the_page_to_open_is_the_address_as_written_where_nothing_is_known_of_the_host() -> None:
    assert of_url("http://103.170.5.190:7870/").url == "http://103.170.5.190:7870/"


def test_a_bare_name_is_folded() -> None:
    assert of_name("Adam-mini").key == of_name("ＡＤＡＭ-Mini").key == "name:adam-mini"
    assert of_name("LLaMA 3  1M").key == "name:llama-3-1m"
