import pytest

from digests import identity


@pytest.mark.parametrize(
    ("key", "archive", "number", "pages"),
    [
        (
            "arxiv:2305.18290", "arXiv", "2305.18290",
            ["https://arxiv.org/abs/2305.18290", "https://arxiv.org/pdf/2305.18290"],
        ),
        (
            "arxiv:math/0309136", "arXiv", "math/0309136",
            ["https://arxiv.org/abs/math/0309136", "https://arxiv.org/pdf/math/0309136"],
        ),
        (
            "doi:10.1002/(sici)1<1::aid>3.0", "DOI", "10.1002/(sici)1<1::aid>3.0",
            ["https://doi.org/10.1002/(sici)1%3C1::aid%3E3.0"],
        ),
        ("github:a/b", "GitHub", "a/b", ["https://github.com/a/b"]),
        ("hf:datasets/a/b", "Hugging Face", "datasets/a/b", ["https://huggingface.co/datasets/a/b"]),
    ],
)  # fmt: skip
def test_a_key_tells_the_archive_and_its_pages(
    key: str, archive: str, number: str, pages: list[str]
) -> None:
    found = identity.archive_entry(key)
    assert found is not None
    assert (found.archive, found.number) == (archive, number)
    assert [url for _, url in found.pages] == pages
    assert {identity.of_url(url).key for url in pages} == {key}


@pytest.mark.parametrize("key", ["url:https://example.org/arxiv:1", "name:arxiv"])
def test_other_keys_tell_nothing(key: str) -> None:
    assert identity.archive_entry(key) is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.org:8080/a", "example.org"),
        ("http://user@例子.cn/", "xn--fsqu00a.cn"),
        ("https://wwww.example.org", "wwww.example.org"),
        ("https://[::1]/a", "[::1]"),
        ("mailto:a@example.org", ""),
        ("", ""),
        (f"https://{'a.' * 127}org/", ""),
    ],
)
def test_the_site_of_a_url_is_its_host(url: str, host: str) -> None:
    assert identity.host(url) == host
