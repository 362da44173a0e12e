from django.urls import set_script_prefix
from django.utils import translation

from digests.templatetags.frame import kept

FORM, NAV = "digests/includes/search_form.html", "includes/nav.html"


def test_a_part_is_kept_for_each_language_and_each_prefix_of_addresses() -> None:
    def form() -> str:
        return kept(FORM, text="")

    with translation.override("en"):
        english = form()
        set_script_prefix("/digests/")
        below = form()
        set_script_prefix("/")
        assert form() == english
    with translation.override("zh-hans"):
        chinese = form()
    assert "Search the topics" in english
    assert "搜索" in chinese
    assert 'action="/digests/search/"' in below


def test_the_navigation_is_kept_for_each_page() -> None:
    here = 'aria-current="page"'
    assert here in kept(NAV, here="digests:tag_list")
    assert here not in kept(NAV, here="digests:home")


def test_what_is_shown_in_a_kept_part_is_escaped() -> None:
    shown = kept("includes/footer.html", kb_site_name="R&D <b>")
    assert "R&amp;D &lt;b&gt;" in shown
