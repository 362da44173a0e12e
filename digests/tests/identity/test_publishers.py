"""Identities of works by the DOI in an address of a resolver or a publisher."""

import pytest

from digests.identity import of_url


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://doi.org/10.5555/3600270.3601459", "doi:10.5555/3600270.3601459"),
        ("http://dx.doi.org/10.5555/3600270.3601459", "doi:10.5555/3600270.3601459"),
        ("https://www.doi.org/10.5555/3600270.3601459/", "doi:10.5555/3600270.3601459"),
        ("https://doi.org/doi:10.5555/3600270.3601459", "doi:10.5555/3600270.3601459"),
        ("https://doi.org/10.5555%2F3600270.3601459", "doi:10.5555/3600270.3601459"),
        ("https://hdl.handle.net/10.5555/3600270.3601459", "doi:10.5555/3600270.3601459"),
        ("https://dl.acm.org/doi/10.5555/3600270.3601459#sec-1", "doi:10.5555/3600270.3601459"),
        ("https://dl.acm.org/doi/abs/10.5555/3600270.3601459", "doi:10.5555/3600270.3601459"),
        ("https://dl.acm.org/doi/pdf/10.5555/3600270.3601459", "doi:10.5555/3600270.3601459"),
        ("https://www.science.org/doi/full/10.1126/Science.ABC", "doi:10.1126/science.abc"),
        ("https://onlinelibrary.wiley.com/doi/10.1002/a.1/full", "doi:10.1002/a.1"),
        ("https://doi.org/10.18653/v1/N19-1423", "doi:10.18653/v1/n19-1423"),
        (
            "https://direct.mit.edu/tacl/article/doi/10.1162/tacl_a_00638/119630/Lost-in-the-Middle",
            "doi:10.1162/tacl_a_00638",
        ),
        ("https://academic.oup.com/nar/article/doi/10.1093/nar/gkab1", "doi:10.1093/nar/gkab1"),
        ("https://link.springer.com/article/10.1007/s11023-020-1", "doi:10.1007/s11023-020-1"),
        ("https://link.springer.com/chapter/10.1007/978-3-030-1_2", "doi:10.1007/978-3-030-1_2"),
        (
            "https://link.springer.com/content/pdf/10.1007%2Fs11023-020-1.pdf",
            "doi:10.1007/s11023-020-1",
        ),
        # Publishers with forms of their own:
        (
            "https://www.frontiersin.org/articles/10.3389/frai.2023.1/full",
            "doi:10.3389/frai.2023.1",
        ),
        (
            "https://www.frontiersin.org/journals/ai/articles/10.3389/frai.2023.1/pdf",
            "doi:10.3389/frai.2023.1",
        ),
        (
            "https://www.biorxiv.org/content/10.1101/2023.01.01.522434v2.full.pdf",
            "doi:10.1101/2023.01.01.522434",
        ),
        (
            "https://www.medrxiv.org/content/10.1101/2023.01.01.522434",
            "doi:10.1101/2023.01.01.522434",
        ),
        ("https://iopscience.iop.org/article/10.1088/1-2/ab1/meta", "doi:10.1088/1-2/ab1"),
        (
            "https://journals.aps.org/prl/abstract/10.1103/PhysRevLett.1",
            "doi:10.1103/physrevlett.1",
        ),
        (
            "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.1",
            "doi:10.1371/journal.pone.1",
        ),
        (
            "https://journals.plos.org/plosone/article/file?id=10.1371/journal.pone.1&type=printable",
            "doi:10.1371/journal.pone.1",
        ),
        (
            "https://bmcbioinformatics.biomedcentral.com/articles/10.1186/s12859-1",
            "doi:10.1186/s12859-1",
        ),
        (
            "https://www.nature.com/articles/s41586-021-03819-2.pdf",
            "doi:10.1038/s41586-021-03819-2",
        ),
        ("https://www.nature.com/articles/nature14539", "doi:10.1038/nature14539"),
        ("https://zenodo.org/record/123#.Y", "doi:10.5281/zenodo.123"),
        ("https://papers.ssrn.com/sol3/papers.cfm?abstract_id=45", "doi:10.2139/ssrn.45"),
        ("https://aclanthology.org/N19-1423.pdf", "doi:10.18653/v1/n19-1423"),
        ("https://aclanthology.org/2023.acl-long.1/", "doi:10.18653/v1/2023.acl-long.1"),
        ("https://www.aclweb.org/anthology/P18-1001/", "doi:10.18653/v1/p18-1001"),
        # Not DOIs:
        ("https://www.nature.com/articles/123", "url:https://www.nature.com/articles/123"),
        ("https://aclanthology.org/P05-1001.pdf", "url:https://aclanthology.org/P05-1001/"),
        ("https://aclanthology.org/volumes/P05-1/", "url:https://aclanthology.org/volumes/P05-1/"),
        ("https://doi.org/the-identifier/", "url:https://doi.org/the-identifier/"),
        ("https://example.org/doi/none", "url:https://example.org/doi/none"),
        ("https://example.org/articles/10.2024/x", "url:https://example.org/articles/10.2024/x"),
    ],
)
def test_doi(url: str, key: str) -> None:
    assert of_url(url).key == key


def test_a_doi_opens_at_its_resolver() -> None:
    url = "https://onlinelibrary.wiley.com/doi/10.1002/(SICI)1097%3C1::AID%3E3.0.CO;2-O"
    assert of_url(url).key == "doi:10.1002/(sici)1097<1::aid>3.0.co;2-o"
    assert of_url(url).url == "https://doi.org/10.1002/(sici)1097%3C1::aid%3E3.0.co;2-o"
