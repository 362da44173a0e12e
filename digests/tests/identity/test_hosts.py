"""Identities of arXiv, GitHub and Hugging Face URLs in all their spellings."""

import pytest

from digests.identity import of_url
from digests.vocabulary import ReferenceKind

OF_THE_DPO_PAPER = {
    "abstract": "https://arxiv.org/abs/2305.18290",
    "PDF": "https://arxiv.org/pdf/2305.18290",
    "PDF with version and suffix": "https://arxiv.org/pdf/2305.18290v2.pdf",
    "HTML": "https://arxiv.org/html/2305.18290v3",
    "www": "https://www.arxiv.org/abs/2305.18290",
    "http": "http://arxiv.org/abs/2305.18290",
    "DOI": "https://doi.org/10.48550/arXiv.2305.18290",
    "Hugging Face papers": "https://huggingface.co/papers/2305.18290",
    "alphaXiv": "https://www.alphaxiv.org/abs/2305.18290",
    # The file format documents nine spellings; the others occur as well.
    "another case": "HTTPS://ARXIV.ORG/PDF/2305.18290V2.PDF",
    "trailing slash": "https://arxiv.org/abs/2305.18290/",
    "escaped": "https://arxiv.org/abs/2305%2E18290",
    "prefix": "https://arxiv.org/abs/arXiv:2305.18290",
    "query": "https://arxiv.org/abs/2305.18290?context=cs.LG",
    "fragment": "https://arxiv.org/pdf/2305.18290#page=3",
    "source": "https://arxiv.org/e-print/2305.18290",
    "export": "https://export.arxiv.org/abs/2305.18290v1",
    "browse": "https://browse.arxiv.org/html/2305.18290v1",
    "China": "http://cn.arxiv.org/pdf/2305.18290v1",
    "Beijing": "http://xxx.itp.ac.cn/pdf/2305.18290v1.pdf",
    "ar5iv": "https://ar5iv.org/abs/2305.18290",
    "ar5iv labs": "https://ar5iv.labs.arxiv.org/html/2305.18290",
    "alphaXiv overview": "https://www.alphaxiv.org/overview/2305.18290v2",
    "alphaXiv overview in Chinese": "https://www.alphaxiv.org/zh/overview/2305.18290",
    "alphaXiv PDF": "https://alphaxiv.org/pdf/2305.18290.pdf",
    "Cool Papers": "https://papers.cool/arxiv/2305.18290",
    "SciRate": "https://scirate.com/arxiv/2305.18290",
    "arXiv Vanity": "https://www.arxiv-vanity.com/papers/2305.18290/",
    "Emergent Mind": "https://www.emergentmind.com/papers/2305.18290",
    "ADS": "https://ui.adsabs.harvard.edu/abs/arXiv:2305.18290",
    "short Hugging Face": "https://hf.co/papers/2305.18290",
    "Hugging Face mirror": "https://hf-mirror.com/papers/2305.18290",
    "DOI of a version": "https://dx.doi.org/10.48550/ARXIV.2305.18290v2",
    "Semantic Scholar": "https://www.semanticscholar.org/arxiv/2305.18290",
    "Semantic Scholar's API": "https://api.semanticscholar.org/arXiv:2305.18290",
    "INSPIRE": "https://inspirehep.net/arxiv/2305.18290",
    "Bytez": "https://bytez.com/docs/arxiv/2305.18290",
    "alphaXiv audio": "https://www.alphaxiv.org/audio/2305.18290v1",
    "DBLP": "https://dblp.org/rec/journals/corr/abs-2305-18290.html",
    "escaped DOI": "https://doi.org/10.48550%2FarXiv.2305.18290",
}


@pytest.mark.parametrize("url", OF_THE_DPO_PAPER.values(), ids=OF_THE_DPO_PAPER)
def test_one_paper_has_one_key(url: str) -> None:
    identity = of_url(url)
    assert identity.key == "arxiv:2305.18290"
    assert identity.kind is ReferenceKind.PAPER
    assert identity.url == "https://arxiv.org/abs/2305.18290"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        # Before 2007 the archive is in the identifier; the subject class never was.
        ("https://arxiv.org/abs/cs/0112017", "arxiv:cs/0112017"),
        ("https://arxiv.org/pdf/hep-th/9901001v2.pdf", "arxiv:hep-th/9901001"),
        ("https://arxiv.org/abs/math.GT/0309136", "arxiv:math/0309136"),
        ("https://arxiv.org/abs/cond-mat.mes-hall%2F0309136", "arxiv:cond-mat/0309136"),
        ("https://doi.org/10.48550/arXiv.math/0309136", "arxiv:math/0309136"),
        # Papers with different numbers are different papers.
        ("https://arxiv.org/abs/2305.18291", "arxiv:2305.18291"),
        ("https://arxiv.org/abs/0704.0001", "arxiv:0704.0001"),
        # Not papers:
        ("https://arxiv.org/list/cs.CL/recent", "url:https://arxiv.org/list/cs.CL/recent"),
        ("https://arxiv.org/abs/2305.182901", "url:https://arxiv.org/abs/2305.182901"),
        ("https://info.arxiv.org/help", "url:https://info.arxiv.org/help"),
        ("https://example.org/abs/2305.18290", "url:https://example.org/abs/2305.18290"),
        (
            "https://arxiv.org.example/abs/2305.18290",
            "url:https://arxiv.org.example/abs/2305.18290",
        ),
    ],
)
def test_arxiv(url: str, key: str) -> None:
    assert of_url(url).key == key


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/DVLab-Research/Step-DPO",
        "https://github.com/dvlab-research/step-dpo/",
        "http://www.github.com/dvlab-research/Step-DPO.git",
        "https://github.com/dvlab-research/Step-DPO/tree/main/eval",
        "https://github.com/dvlab-research/Step-DPO/blob/main/README.md#models",
        "https://github.com/dvlab-research/Step-DPO/issues",
        "https://github.com/dvlab-research/Step-DPO/pulls",
        "https://github.com/dvlab-research/Step-DPO?tab=readme-ov-file",
        "https://raw.githubusercontent.com/dvlab-research/Step-DPO/main/README.md",
        "https://codeload.github.com/dvlab-research/Step-DPO/zip/refs/heads/main",
        "https://github.dev/dvlab-research/Step-DPO",
        "https://kkgithub.com/dvlab-research/Step-DPO",
        "https://deepwiki.com/dvlab-research/Step-DPO",
        "https://cdn.jsdelivr.net/gh/dvlab-research/Step-DPO@main/README.md",
        "https://api.github.com/repos/dvlab-research/Step-DPO/releases",
        "https://ghproxy.com/https://github.com/dvlab-research/Step-DPO",
        "git@github.com:dvlab-research/Step-DPO.git",
        "ssh://git@github.com/dvlab-research/Step-DPO.git",
        "ssh://git@ssh.github.com:443/dvlab-research/Step-DPO.git",
        "git://github.com/dvlab-research/Step-DPO.git",
        "git+https://github.com/dvlab-research/Step-DPO",
    ],
)
def test_one_repository_has_one_key(url: str) -> None:
    assert of_url(url).key == "github:dvlab-research/step-dpo"
    assert of_url(url).kind is ReferenceKind.CODE
    assert of_url(url).url.lower() == "https://github.com/dvlab-research/step-dpo"


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/topics/llm",
        "https://github.com/orgs/openai/repositories",
        "https://github.com/sponsors/someone",
        "https://github.com/features/copilot",
        "https://github.com/openai",
        "https://github.com/-a/b",
        "https://github.com/a/.git",
        "https://gist.github.com/someone/0123456789",
        "https://openai.github.io/whisper/",
    ],
)
def test_other_pages_of_github_are_pages(url: str) -> None:
    assert of_url(url).key == f"url:{url}"


@pytest.mark.parametrize(
    ("url", "key", "kind"),
    [
        ("https://huggingface.co/Qwen/Qwen2-7B", "hf:qwen/qwen2-7b", ReferenceKind.MODEL),
        ("http://www.huggingface.co/qwen/Qwen2-7B/", "hf:qwen/qwen2-7b", ReferenceKind.MODEL),
        ("https://hf.co/Qwen/Qwen2-7B/tree/main", "hf:qwen/qwen2-7b", ReferenceKind.MODEL),
        ("https://hf-mirror.com/Qwen/Qwen2-7B?x", "hf:qwen/qwen2-7b", ReferenceKind.MODEL),
        (
            "https://huggingface.co/Qwen/Qwen2-7B/blob/main/config.json",
            "hf:qwen/qwen2-7b",
            ReferenceKind.MODEL,
        ),
        ("https://hf.co/datasets/a/Math-10K", "hf:datasets/a/math-10k", ReferenceKind.DATASET),
        (
            "https://huggingface.co/datasets/a/Math-10K/viewer/default/train",
            "hf:datasets/a/math-10k",
            ReferenceKind.DATASET,
        ),
        ("https://huggingface.co/datasets/squad", "hf:datasets/squad", ReferenceKind.DATASET),
        (
            "https://huggingface.co/datasets/squad/viewer",
            "hf:datasets/squad",
            ReferenceKind.DATASET,
        ),
        ("https://huggingface.co/spaces/a/b", "hf:spaces/a/b", ReferenceKind.DEMO),
    ],
)
def test_hugging_face(url: str, key: str, kind: ReferenceKind) -> None:
    assert (of_url(url).key, of_url(url).kind) == (key, kind)
    assert of_url(url).url.lower() == key.replace("hf:", "https://huggingface.co/")


@pytest.mark.parametrize(
    "url",
    [
        "https://huggingface.co/",
        "https://huggingface.co/papers",
        "https://huggingface.co/blog/rlhf",
        "https://huggingface.co/docs/trl/index",
        "https://huggingface.co/collections/Qwen/qwen2-66",
        "https://huggingface.co/datasets",
        "https://huggingface.co/spaces/someone",
        "https://huggingface.co/Qwen",
        "https://huggingface.co/Qwen/models",
        "https://huggingface.co/gpt2/tree/main",
        "https://huggingface.co/-a/b",
    ],
)
def test_other_pages_of_hugging_face_are_pages(url: str) -> None:
    assert of_url(url).key == f"url:{url}"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (
            "https://github.com/Ab/C/issues/74#issuecomment-1",
            "url:https://github.com/ab/c/issues/74",
        ),
        ("http://www.github.com/ab/c/pull/7/files", "url:https://github.com/ab/c/pull/7"),
        (
            "https://github.com/ab/c/discussions/5?sort=new",
            "url:https://github.com/ab/c/discussions/5",
        ),
    ],
)
def test_a_thread_about_a_repository_is_a_page_of_its_own(url: str, key: str) -> None:
    identity = of_url(url)
    assert (identity.key, identity.kind) == (key, ReferenceKind.CODE)
