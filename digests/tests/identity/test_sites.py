"""Sites on which one page has several addresses: posts, videos, papers, code."""

import pytest

from digests.identity import of_url
from digests.vocabulary import ReferenceKind

ADDRESSES = {
    "url:https://x.com/karpathy/status/12": [
        "https://x.com/karpathy/status/12",
        "https://twitter.com/karpathy/status/12?s=20",
        "https://www.twitter.com/Karpathy/statuses/12/",
        "https://mobile.twitter.com/karpathy/status/12",
        "https://mobile.x.com/karpathy/status/12#m",
        "https://x.com/karpathy/status/12/photo/1",
        "https://vxtwitter.com/karpathy/status/12",
        "https://xcancel.com/karpathy/status/12",
    ],
    "url:https://x.com/i/status/12": [
        "https://x.com/i/web/status/12",
        "https://twitter.com/i/status/12",
    ],
    "url:https://x.com/karpathy": ["https://twitter.com/karpathy", "https://x.com/Karpathy/?s=20"],
    "url:https://x.com/search?q=rag": ["https://twitter.com/search?q=rag"],
    "url:https://www.youtube.com/watch?v=a-B_1": [
        "https://www.youtube.com/watch?v=a-B_1&t=10s",
        "https://youtube.com/watch?list=c&v=a-B_1",
        "https://m.youtube.com/watch?v=a-B_1",
        "https://youtu.be/a-B_1?t=10",
        "https://www.youtube.com/embed/a-B_1",
        "https://www.youtube-nocookie.com/embed/a-B_1",
        "https://www.youtube.com/shorts/a-B_1",
        "https://www.youtube.com/live/a-B_1?feature=share",
    ],
    "url:https://www.youtube.com/@openai": [
        "https://m.youtube.com/@openai",
        "https://youtube.com/@openai",
    ],
    "url:https://www.bilibili.com/video/BV1a": [
        "https://www.bilibili.com/video/BV1a/?vd_source=1",
        "https://m.bilibili.com/video/BV1a?p=1",
        "https://b23.tv/BV1a",
        "https://player.bilibili.com/player.html?bvid=BV1a&page=1",
    ],
    "url:https://vimeo.com/7": ["https://player.vimeo.com/video/7", "https://vimeo.com/7?share=x"],
    "url:https://openreview.net/forum?id=aB_1": [
        "https://openreview.net/forum?id=aB_1&noteId=c",
        "https://openreview.net/pdf?id=aB_1",
        "https://openreview.net/attachment?id=aB_1&name=pdf",
        "https://www.openreview.net/forum?id=aB_1",
    ],
    "url:https://ieeexplore.ieee.org/document/12": [
        "https://ieeexplore.ieee.org/abstract/document/12/",
        "https://ieeexplore.ieee.org/stamp/stamp.jsp?arnumber=12",
    ],
    "url:https://www.sciencedirect.com/science/article/pii/S0004": [
        "https://www.sciencedirect.com/science/article/abs/pii/S0004?via%3Dihub",
        "https://www.sciencedirect.com/science/article/pii/S0004/pdfft?md5=1",
    ],
    "url:https://aclanthology.org/2024.lrec-main.1/": [
        "https://aclanthology.org/2024.lrec-main.1",
        "https://aclanthology.org/2024.lrec-main.1.pdf",
        "https://www.aclanthology.org/2024.lrec-main.1.bib",
    ],
    "url:https://proceedings.mlr.press/v139/radford21a.html": [
        "http://proceedings.mlr.press/v139/radford21a/radford21a.pdf",
    ],
    f"url:https://proceedings.neurips.cc/paper_files/paper/2017/hash/{'3f' * 16}-Abstract.html": [
        f"https://papers.nips.cc/paper/2017/file/{'3f' * 16}-Paper.pdf",
        f"https://proceedings.neurips.cc/paper/2017/hash/{'3f' * 16}-Abstract.html",
    ],
    "url:https://openaccess.thecvf.com/content/CVPR2023/html/A_B_CVPR_2023_paper.html": [
        "https://openaccess.thecvf.com/content/CVPR2023/papers/A_B_CVPR_2023_paper.pdf",
    ],
    f"url:https://www.semanticscholar.org/paper/{'1a' * 20}": [
        f"https://www.semanticscholar.org/paper/Some-Title/{'1a' * 20}",
        f"https://www.semanticscholar.org/reader/{'1a' * 20}",
    ],
    "url:https://www.modelscope.cn/models/qwen/qwen2-7b": [
        "https://modelscope.cn/models/qwen/Qwen2-7B/summary",
        "https://www.modelscope.cn/models/Qwen/Qwen2-7B/files?version=master",
    ],
    "url:https://gitee.com/a/b": [
        "https://gitee.com/A/b.git",
        "https://gitee.com/a/b/tree/master/src",
        "git@gitee.com:a/b.git",
    ],
    "url:https://gitee.com/a/b/issues/i5abc1": ["https://gitee.com/a/b/issues/I5ABC1?from=x"],
    "url:https://gitlab.com/a/group/b": [
        "https://gitlab.com/a/group/b/-/tree/main",
        "https://gitlab.com/a/group/b.git",
        "https://gitlab.com/a/group/b/blob/main/README.md",
        "git@gitlab.com:a/group/b.git",
    ],
    "url:https://gitlab.com/a/b/-/issues/5": [
        "https://gitlab.com/a/b/-/issues/5#note_1",
        "https://gitlab.com/a/b/issues/5",
    ],
    "url:https://www.reddit.com/comments/1abc": [
        "https://www.reddit.com/r/LocalLLaMA/comments/1abc/some_title/",
        "https://old.reddit.com/r/LocalLLaMA/comments/1abc/?share_id=x",
        "https://redd.it/1abc",
    ],
    "url:https://zhuanlan.zhihu.com/p/12": [
        "https://zhuanlan.zhihu.com/p/12/?utm_psn=1",
        "https://www.zhihu.com/tardis/zm/art/12",
    ],
    "url:https://zh.wikipedia.org/wiki/%E4%BA%BA": [
        "https://zh.m.wikipedia.org/wiki/人",
        "https://zh.wikipedia.org/zh-cn/人",
    ],
    "url:https://docs.google.com/document/d/1aB2cD3eF4gH5iJ6kL7mN": [
        "https://docs.google.com/document/d/1aB2cD3eF4gH5iJ6kL7mN/edit?usp=sharing",
        "https://docs.google.com/document/u/0/d/1aB2cD3eF4gH5iJ6kL7mN/preview",
    ],
    "url:https://mp.weixin.qq.com/s?__biz=MzA==&idx=1&mid=1&sn=aa": [
        "https://mp.weixin.qq.com/s?__biz=MzA==&mid=1&idx=1&sn=aa",
        "https://mp.weixin.qq.com/s?__biz=MzA%3D%3D&mid=1&idx=1&sn=aa",
        "https://mp.weixin.qq.com/s?__biz=MzA%3d%3d&mid=1&idx=1&sn=aa&chksm=b",
        "http://mp.weixin.qq.com/s/?__biz=MzA==&amp;mid=1&amp;idx=1&amp;sn=aa#rd",
    ],
}


@pytest.mark.parametrize(
    ("url", "key"), [(url, key) for key, urls in ADDRESSES.items() for url in urls]
)
def test_one_page_has_one_key_on_a_site_that_gives_it_several_addresses(url: str, key: str) -> None:
    assert of_url(url).key == key
    assert of_url(key.removeprefix("url:")).key == key
    assert of_url(of_url(url).url).key == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://x.com/a/status/1", "https://x.com/a/status/2"),
        ("https://x.com/a", "https://x.com/b"),
        ("https://youtu.be/abc", "https://youtu.be/aBc"),
        ("https://www.youtube.com/playlist?list=a", "https://www.youtube.com/playlist?list=b"),
        ("https://www.youtube.com/embed/videoseries?list=a", "https://youtu.be/videoseries"),
        ("https://www.bilibili.com/video/BV1a", "https://www.bilibili.com/video/BV1A"),
        ("https://www.bilibili.com/video/BV1a", "https://www.bilibili.com/video/BV1a?p=2"),
        ("https://openreview.net/forum?id=a", "https://openreview.net/forum?id=A"),
        ("https://openreview.net/attachment?id=a&name=code", "https://openreview.net/forum?id=a"),
        ("https://openreview.net/group?id=a", "https://openreview.net/forum?id=a"),
        ("https://gitee.com/a/b", "https://gitlab.com/a/b"),
        ("https://gitlab.com/a/b", "https://gitlab.com/a/b/c"),
        ("https://gitee.com/a/b", "https://gitee.com/a/b/issues/I1"),
        ("https://modelscope.cn/models/a/b", "https://modelscope.cn/datasets/a/b"),
        ("https://www.reddit.com/comments/1a/x/c1", "https://www.reddit.com/comments/1a/x/c2"),
        ("https://www.zhihu.com/question/1/answer/2", "https://www.zhihu.com/question/1/answer/3"),
        ("https://zh.wikipedia.org/wiki/A", "https://en.wikipedia.org/wiki/A"),
        ("https://x.com.example/a/status/1", "https://x.com/a/status/1"),
        ("https://notx.com/a/status/1", "https://x.com/a/status/1"),
    ],
)
def test_two_pages_of_a_site_stay_two(one: str, other: str) -> None:
    assert of_url(one).key != of_url(other).key


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://youtu.be/abc", ReferenceKind.VIDEO),
        ("https://www.bilibili.com/video/BV1a", ReferenceKind.VIDEO),
        ("https://openreview.net/pdf?id=a", ReferenceKind.PAPER),
        ("https://gitee.com/a/b", ReferenceKind.CODE),
        ("https://gitlab.com/a/b", ReferenceKind.CODE),
        ("https://modelscope.cn/models/a/b", ReferenceKind.MODEL),
        ("https://modelscope.cn/datasets/a/b", ReferenceKind.DATASET),
        ("https://modelscope.cn/studios/a/b", ReferenceKind.DEMO),
        ("https://x.com/a/status/1", ReferenceKind.OTHER),
    ],
)
def test_a_site_tells_the_kind(url: str, kind: ReferenceKind) -> None:
    assert of_url(url).kind is kind


@pytest.mark.parametrize(
    "url",
    [
        "https://gitlab.com/explore/projects",
        "https://gitlab.com/users/sign_in",
        "https://gitee.com/explore/all",
        "https://gitee.com/openharmony",
    ],
)
def test_other_pages_of_a_hub_are_pages(url: str) -> None:
    assert of_url(url).key == f"url:{url}"


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/abs/",
        "https://arxiv.org/pdf",
        "https://openreview.net/forum?id=",
        "https://www.youtube.com/watch?v",
        "https://mp.weixin.qq.com/s/",
    ],
)
def test_an_address_that_ends_before_its_identifier_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="identifier"):
        of_url(url)
