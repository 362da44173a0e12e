"""Keys of URLs: one for all spellings of a page, two for two pages, and invalid URLs."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digests.identity import KEY_LENGTH, of_url


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("HTTP://Example.ORG", "url:https://example.org/"),
        ("https://example.org./", "url:https://example.org/"),
        ("https://user:secret@example.org/", "url:https://example.org/"),
        ("http://example.org:80/", "url:https://example.org/"),
        ("https://example.org:443/", "url:https://example.org/"),
        ("http://example.org:8080/", "url:https://example.org:8080/"),
        ("https://münchen.de/", "url:https://xn--mnchen-3ya.de/"),
        ("https://例え。テスト/", "url:https://xn--r8jz45g.xn--zckzah/"),
        ("https://ｅｘａｍｐｌｅ.org/", "url:https://example.org/"),
        ("https://example.org/a/./b/../c", "url:https://example.org/a/c"),
        ("https://example.org/%2e%2E/a", "url:https://example.org/a"),
        ("https:\\\\example.org\\a", "url:https://example.org/a"),
        ("https://example.org/中", "url:https://example.org/%E4%B8%AD"),
        ("https://example.org/%e4%b8%ad", "url:https://example.org/%E4%B8%AD"),
        ("https://example.org/%7Ea_%28b%29|", "url:https://example.org/~a_(b)%7C"),
        ("https://example.org/%zz%", "url:https://example.org/%25zz%25"),
        ("https://example.org/#a", "url:https://example.org/"),
        ("https://example.org/?", "url:https://example.org/"),
        ("https://example.org/?b=2&a=1&&", "url:https://example.org/?a=1&b=2"),
        ("https://example.org/?q=a+b&c=", "url:https://example.org/?c&q=a%20b"),
        ("https://example.org/?u=https%3A%2F%2Fx.org", "url:https://example.org/?u=https://x.org"),
        (" https://example.org/ ", "url:https://example.org/"),
    ],
)
def test_what_browsers_open_alike_has_one_key(url: str, key: str) -> None:
    assert of_url(url).key == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/?id=1", "https://example.org/?id=2"),
        ("https://example.org/?a=1&a=2", "https://example.org/?a=2&a=1"),
        ("https://example.org/?a=1%26b=2", "https://example.org/?a=1&b=2"),
        ("https://example.org/?=1", "https://example.org/?=2"),
        ("https://example.org/?q=%B4%F3", "https://example.org/?q=%B4%F4"),  # GB18030
        ("https://example.org/?q=a%2Bb", "https://example.org/?q=a+b"),
        ("https://example.org/a", "https://example.org/a/"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/a%3Fb", "https://example.org/a?b"),
        ("https://example.org/a%2541", "https://example.org/a%41"),
        ("https://example.org/", "https://www.example.org/"),
        ("https://example.org/", "https://example.org:8080/"),
        ("https://straße.de/", "https://strasse.de/"),
        ("https://mp.weixin.qq.com/s/AbC", "https://mp.weixin.qq.com/s/aBc"),
        (
            "https://mp.weixin.qq.com/s?src=11&timestamp=1&signature=a",
            "https://mp.weixin.qq.com/s?src=11&timestamp=1&signature=b",
        ),
        ("https://example.org/?s=20", "https://example.org/?s=21"),
        ("https://www.youtube.com/watch?v=a", "https://www.youtube.com/watch?v=b"),
        ("https://www.bilibili.com/video/BV1?p=1", "https://www.bilibili.com/video/BV1?p=2"),
    ],
)
def test_two_pages_stay_two(one: str, other: str) -> None:
    assert of_url(one).key != of_url(other).key


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://example.org/?utm_source=x&UTM_Medium=y&id=1", "url:https://example.org/?id=1"),
        ("https://example.org/?fbclid=1&gclid=2&dclid=3&msclkid=4", "url:https://example.org/"),
        ("https://example.org/?yclid=1&twclid=2&igshid=3", "url:https://example.org/"),
        ("https://example.org/?mc_cid=1&mc_eid=2&_hsenc=3&_hsmi=4", "url:https://example.org/"),
        ("https://example.org/?spm=1&share_source=2", "url:https://example.org/"),
        ("https://x.com/a/status/1?s=20&t=abc", "url:https://x.com/a/status/1"),
        (
            "https://mobile.twitter.com/a/status/1?ref_src=twsrc",
            "url:https://x.com/a/status/1",
        ),
        ("https://youtu.be/abc?si=xyz&t=10", "url:https://www.youtube.com/watch?v=abc"),
        (
            "https://www.youtube.com/watch?v=abc&feature=share",
            "url:https://www.youtube.com/watch?v=abc",
        ),
        (
            "https://www.bilibili.com/video/BV1?p=2&vd_source=1&spm_id_from=2&share_medium=3",
            "url:https://www.bilibili.com/video/BV1?p=2",
        ),
        (
            "http://mp.weixin.qq.com/s?__biz=Mz==&mid=1&idx=2&sn=a&chksm=b&scene=1&sessionid=2#rd",
            "url:https://mp.weixin.qq.com/s?__biz=Mz==&idx=2&mid=1&sn=a",
        ),
        (
            "https://mp.weixin.qq.com/s/AbC-d_e?scene=1&click_id=2&poc_token=x",
            "url:https://mp.weixin.qq.com/s/AbC-d_e",
        ),
    ],
)
def test_how_a_reader_came_to_a_page_is_no_part_of_it(url: str, key: str) -> None:
    assert of_url(url).key == key


REFUSED = {
    "no URL": "example",
    "empty": "",
    "no host": "https://",
    "another scheme": "ftp://example.org/",
    "script": "javascript:alert(1)",
    "port too high": "https://example.org:99999/",
    "port no number": "https://example.org:port/",
    "IPv6 unclosed": "http://[::1",
    "empty label": "https://www..example.org/",
    "label of 64 characters": f"https://{'a' * 64}.org/",
    "cut host": "https://exam…",
    "combining character first": "https://\u0300a.org/",
    "Punycode that says nothing": "https://xn--zn7c.com/",
    "Punycode cut off": "https://xn--.org/",
    "blank in the host": "https://exam ple.org/",
    "escaped blank in the host": "https://exam%20ple.org/",
    "tab in the host": "https://exam\tple.org/",
    "line end in the host": "https://exam\nple.org/",
    "control character in the host": "https://exam\x01ple.org/",
    "NUL": "https://example.org/\0",
    "escaped NUL": "https://example.org/%00",
    "escaped NUL on a known host": "https://github.com/a/b/%00",
    "lone surrogate": "https://example.org/\ud800",
    "4,000 characters": "https://example.org/" + "a" * 4_000,
    "4,000 characters in Chinese": "https://example.org/?q=" + "中" * 400,
    "DOI of 4,000 characters": "https://doi.org/10.1000/" + "a" * 4_000,
}


@pytest.mark.parametrize("url", REFUSED.values(), ids=REFUSED)
def test_what_is_no_reference_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        of_url(url)


@pytest.mark.parametrize(
    ("url", "key", "is_ip"),
    [
        ("http://103.170.5.190:7870/", "url:https://103.170.5.190:7870/", True),
        ("http://0x7f.1/", "url:https://127.0.0.1/", True),
        ("http://2130706433/", "url:https://127.0.0.1/", True),
        ("http://１２７.0.0.1/", "url:https://127.0.0.1/", True),
        ("http://[::1]/a", "url:https://[::1]/a", True),
        ("http://1.2.3.4.example.org/", "url:https://1.2.3.4.example.org/", False),
        ("http://localhost:8000/", "url:https://localhost:8000/", False),
        ("http://wiki/page", "url:https://wiki/page", False),
    ],
)
def test_machines_without_a_domain_are_references_too(url: str, key: str, is_ip: bool) -> None:
    identity = of_url(url)
    assert (identity.key, identity.is_on_bare_ip) == (key, is_ip)


def test_length_counts_in_the_key_alone() -> None:
    url = f"https://example.org/?id=1&utm_source={'a' * 4_000}#{'b' * 4_000}"
    assert of_url(url).key == "url:https://example.org/?id=1"
    assert of_url("https://github.com/a/b/tree/" + "c" * 4_000).key == "github:a/b"


def test_the_page_to_open_is_the_address_as_written_where_nothing_is_known_of_the_host() -> None:
    url = "http://Example.org:80/中?utm_source=x#top"
    assert of_url(url).url == url


HOSTS = [
    "example.org", "EXAMPLE.org.:80", "doi.org", "arxiv.org", "github.com", "hf.co", "x.com",
    "youtu.be", "gitlab.com", "gitee.com", "zh.m.wikipedia.org", "mp.weixin.qq.com", "google.com",
    "ghproxy.com/https://e.org", "google.com/url?q=http://e.org",
]  # fmt: skip
PATHS = st.text("/.%42aA-_~10;:@&=+'[|") | st.text()
URLS = st.builds("http://{}/{}?{}#{}".format, st.sampled_from(HOSTS), PATHS, PATHS, PATHS)


@given(st.text() | st.text().map("https://".__add__) | URLS)
@example("https://example.org/\udfff")
@example("https://example.org/?\x1f=\x7f")
def test_any_text_has_a_key_that_databases_store_or_a_value_error(url: str) -> None:
    try:
        identity = of_url(url)
    except ValueError:
        return
    assert re.fullmatch(r"(arxiv|doi|github|hf|url):[!-~]+", identity.key)
    assert len(identity.key) <= KEY_LENGTH
    assert "\0" not in identity.url
    assert identity.url.encode()


@given(URLS)
@example("https://example.org/%7E[a]'?b='%27+%2B&a=%26#c")
def test_a_key_spells_itself(url: str) -> None:
    try:
        key = of_url(url).key
    except ValueError:
        return
    if key.startswith("url:"):
        assert of_url(key.removeprefix("url:")).key == key
