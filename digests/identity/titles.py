"""Link texts that can serve as titles, against those that only point, such as “here”."""

import re
from functools import lru_cache

from digests.text import fold

# An address in a text: with a scheme, with www, or under a common top-level domain. Under domains
# that product names use (fast.ai, Draw.io) only with a path.
_ADDRESS = re.compile(
    r"(?<![a-z\d+.-])[a-z][a-z\d+.-]*://\S*"
    r"|(?<![\w./-])(?:www\.\S+|(?:[\w-]+\.)+(?:"
    r"(?:com|org|net|edu|gov|info|cn|de|fr|jp|uk)(?![\w-])"
    r"|(?:ai|app|be|blog|co|cool|dev|gg|gl|io|ly|me|page|site|so|space|tech|to|tv|xyz)/"
    r")\S*)"
)
_HANDLE = re.compile(r"(?<!\S)@[\w.]+(?![\w/])")

# Words that only point ("here"), name a sort of thing ("PDF") or a place to find it ("GitHub").
_POINTING = re.compile(
    r"(?<![a-z\d])(?:"
    r"a|an|and|at|for|from|in|of|on|our|the|this|to|via"
    r"|arxiv|author|blog|blogpost|click|code|colab|data|dataset|demo|details|discord|docs|doi"
    r"|download|full|github|gif|gitlab|here|hf|homepage|html|huggingface|image|jpeg|jpg|link"
    r"|links|card|commit|issue|issues|pull|request|mirror|model|more|official|open|original|page"
    r"|paper|papers|pdf|photo|picture|png"
    r"|post|preprint|project|read|reddit|ref|reference|repo|repository|screenshot|see|site"
    r"|slides|source|sources|text|thread|tweet|twitter|url|video|view|webp|web|website|wechat"
    r"|weixin|x|youtube|hacker\s+news|hugging\s+face"
    r")(?![a-z\d])"
    r"|阅读|查看|点击|点此|戳|请|见|看|这里|此处|这个|该|本|的|更多|全文|原文|详情|详细|详见"
    r"|出处|来源|链接|连接|传送门|地址|网址|网站|官网|官方|主页|首页|页面|网页|论文|文章|文档"
    r"|博客|博文|代码|源码|仓库|项目|数据集|数据|模型|演示|视频|图片|截图|图|推文|推特|帖子"
    r"|微信|公众号|知乎|下载|引用|参考|在线|研究|摘要|卡片|英文|中文|介绍|说明|投稿|一篇|有人说"
    r"|上图|下图|上"
)
_LETTER = re.compile(r"[^\W\d_]")


@lru_cache(maxsize=4096)  # an import tests the same titles many times
def is_title(text: str) -> bool:
    """True if a link's text can be the title of its target.

    False for addresses, numbers and footnote marks, for words that only point (``PDF``,
    ``点击这里``), and for handles such as ``@karpathy``, which every post of an author shares.
    """
    words = _HANDLE.sub(" ", _ADDRESS.sub(" ", fold(text)))
    return _LETTER.search(_POINTING.sub(" ", words)) is not None
