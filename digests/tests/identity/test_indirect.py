"""URLs that stand for another one, which they hold."""

import pytest

from digests.identity import of_url

PAPER = "https://arxiv.org/abs/2305.18290"
ESCAPED = "https%3A%2F%2Farxiv.org%2Fabs%2F2305.18290"


@pytest.mark.parametrize(
    "url",
    [
        f"https://link.zhihu.com/?target={ESCAPED}",
        "https://link.zhihu.com/?target=https%3A//arxiv.org/abs/2305.18290",
        f"https://www.google.com/url?q={ESCAPED}&sa=D&source=docs",
        f"https://www.google.com.hk/url?sa=t&url={ESCAPED}",
        f"https://link.juejin.cn/?target={ESCAPED}",
        f"https://link.juejin.cn?target={ESCAPED}",
        f"https://www.jianshu.com/go-wild?ac=2&url={ESCAPED}",
        f"https://link.csdn.net/?target={ESCAPED}&from_id=1",
        f"https://gitee.com/link?target={ESCAPED}",
        f"https://www.douban.com/link2/?url={ESCAPED}",
        f"https://www.youtube.com/redirect?event=x&q={ESCAPED}",
        f"https://l.facebook.com/l.php?u={ESCAPED}&h=x",
        f"https://duckduckgo.com/l/?uddg={ESCAPED}",
        f"https://eur01.safelinks.protection.outlook.com/?url={ESCAPED}&data=x",
        f"https://r.jina.ai/{PAPER}",
        f"https://t.me/iv?url={ESCAPED}&rhash=1",
        f"https://link.zhihu.com/?target=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3D{ESCAPED}",
    ],
)
def test_a_redirector_is_what_it_leads_to(url: str) -> None:
    assert (of_url(url).key, of_url(url).url) == ("arxiv:2305.18290", PAPER)


@pytest.mark.parametrize(
    "url",
    [
        "https://link.zhihu.com/",
        "https://link.zhihu.com/?target=somewhere",
        "https://link.zhihu.com/?target=javascript:alert(1)",
        "https://link.zhihu.com/?target=http://%5Bbad",
        "https://www.google.com/search?q=https://arxiv.org/abs/2305.18290",
        "https://example.org/?url=https://arxiv.org/abs/2305.18290",
        "https://translate.google.com/translate?u=https://arxiv.org/abs/2305.18290",
        "https://web.archive.org/web/2023/https://arxiv.org/abs/2305.18290",
        "https://gitee.com/a/b?target=https://arxiv.org/abs/2305.18290",
    ],
)
def test_what_leads_nowhere_or_has_a_page_of_its_own_is_itself(url: str) -> None:
    assert "arxiv:" not in of_url(url).key


def test_a_redirector_that_leads_to_itself_has_an_end() -> None:
    url = "https://link.zhihu.com/?target="
    assert of_url(url * 9 + PAPER).key.startswith("url:https://link.zhihu.com/")


@pytest.mark.parametrize("url", ["ssh://git@example.org/a/b.git", "git@example.org:a/b", "a@b.org"])
def test_a_clone_of_an_unknown_host_is_no_page(url: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        of_url(url)
