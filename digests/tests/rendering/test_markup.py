from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from digests.rendering import markup, markup_of_each

VALUES = ["<b>", "R&D", "\"'", 7, gettext_lazy("Labels"), markup("<i>{}</i>", "<")]


def test_it_escapes_what_format_html_escapes() -> None:
    for value in VALUES:
        assert markup('<p title="{0}">{0}</p>', value) == format_html(
            '<p title="{0}">{0}</p>', value
        )


def test_what_it_makes_is_not_escaped_again() -> None:
    inner = markup("<b>{}</b>", "<")
    assert markup("<p>{}</p>", inner) == "<p><b>&lt;</b></p>"
    assert format_html("{}", inner) == inner


def test_each_row_has_a_line() -> None:
    assert markup_of_each("<li>{}{}</li>", [("a", "&"), ("b", 1)]) == "<li>a&amp;</li>\n<li>b1</li>"
    assert markup_of_each("<li>{}</li>", []) == ""
