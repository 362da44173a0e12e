"""Charts: their texts and shapes, from given counts."""

import re
from datetime import date, timedelta

import pytest
from django.template import engines
from django.utils import translation

from digests.pages.archive.queries import Calendar, Day
from digests.pages.parts.counted import Counted
from digests.pages.parts.months import Month, every_month, months_after
from digests.tests.markup import on_one_line


@pytest.mark.parametrize("number", [2, 3, 12, 36])
def test_a_line_of_months_is_as_wide_as_its_months(number: int) -> None:
    chart = drawn("{% sparkline rows %}", months(*range(1, number + 1)))
    (width,) = re.findall(r'viewBox="0 0 (\d+) 24"', chart)
    ends = [int(x) + int(w) for x, w in re.findall(r'<rect x="(\d+)" y="\d+" width="(\d+)"', chart)]
    assert len(ends) == number
    assert ends[-1] == int(width) <= 216


def test_a_month_with_little_can_be_seen_and_one_with_nothing_has_no_bar() -> None:
    chart = drawn("{% sparkline rows %}", months(1000, 0, 1))
    assert re.findall(r'<rect [^>]*height="(\d+)"', chart) == ["24", "1"]


def test_a_line_of_months_says_in_words_what_it_shows() -> None:
    chart = drawn("{% sparkline rows %}", months(3, 0, 5))
    assert "From January 2022 to March 2022; most in March 2022: 5" in chart
    assert '<th scope="row">January 2022</th><td>3</td>' in chart
    assert "February 2022</th>" not in chart


def test_the_table_can_be_left_out() -> None:
    assert "<table" not in drawn("{% sparkline rows table=False %}", months(3, 5))


def test_of_more_than_three_years_the_newest_are_shown() -> None:
    chart = drawn("{% sparkline rows %}", months(*range(1, 51)))
    assert chart.count("<rect") == 36
    assert "50</td>" in chart


@pytest.mark.parametrize("counts", [(), (7,)])
def test_fewer_than_two_months_are_no_line(counts: tuple[int, ...]) -> None:
    assert drawn("{% sparkline rows %}", months(*counts)) == ""


def test_a_year_has_a_square_for_each_of_its_days() -> None:
    for year, days in ((2023, 365), (2024, 366)):
        topics = {date(year, 2, 28): 3, date(year, 12, 31): 4}
        chart = drawn("{% heat rows %}", calendar(year, topics))
        empty = sum(path.count("M") for path in re.findall(r' d="([^"]+)"', chart))
        assert empty + len(links(chart)) == days


def test_a_week_is_a_column_that_begins_with_monday() -> None:
    monday = date(2024, 7, 8)
    days = {monday + timedelta(number): 1 for number in range(-1, 8)}
    places = [(int(x), int(y)) for x, y in links(drawn("{% heat rows %}", calendar(2024, days)))]
    before, first, *rest, last, after = places
    assert {x for x, _ in (first, *rest, last)} == {first[0]}
    assert [y for _, y in (first, *rest, last)] == list(range(first[1], last[1] + 1, 13))
    assert before == (first[0] - 13, last[1])
    assert after == (first[0] + 13, first[1])


@pytest.mark.parametrize(
    ("topics", "levels"),
    [([0], "0"), ([1], "4"), ([1, 2], "24"), ([0, 1, 10, 11, 20, 21, 30, 31, 40], "011223344")],
)
def test_the_levels_are_even_steps_to_the_most_of_the_year(topics: list[int], levels: str) -> None:
    days = {date(2024, 1, number): count for number, count in enumerate(topics, 1)}
    chart = drawn("{% heat rows %}", calendar(2024, days))
    assert "".join(re.findall(r'-1"><rect class="heat-(\d)"', chart)) == levels


def test_the_key_tells_how_many_topics_a_level_stands_for() -> None:
    days = {date(2024, 1, 1): 40, date(2024, 1, 2): 1}
    chart = drawn("{% heat rows %}", calendar(2024, days))
    assert re.findall(r"</svg>(\d+–\d+)</li>", chart) == ["1–10", "11–20", "21–30", "31–40"]
    few = drawn("{% heat rows %}", calendar(2024, {date(2024, 1, 1): 1}))
    assert re.findall(r"</svg>([^<]+)</li>", few) == ["1"]


def test_bars_are_as_long_as_their_share_of_the_longest() -> None:
    rows = [Counted("甲", 4000), Counted("乙", 2000), Counted("丙", 1)]
    chart = drawn("{% bars rows %}", rows)
    assert re.findall(r'<rect width="(\d+)"', chart) == ["1000", "500", "1"]
    assert "2,000" in chart


def test_a_name_beside_a_bar_is_text_and_a_link() -> None:
    chart = drawn("{% bars rows %}", [Counted("<b>", 1, "/references/?host=a&b")])
    assert '<a href="/references/?host=a&amp;b">&lt;b&gt;</a>' in chart


def test_every_month_is_there_between_the_first_and_the_last() -> None:
    found = every_month({date(2023, 11, 1): 2, date(2024, 2, 1): 3})
    assert [(month.first.month, month.count) for month in found] == [
        (11, 2),
        (12, 0),
        (1, 0),
        (2, 3),
    ]


@pytest.mark.parametrize(
    ("number", "month"), [(0, (2024, 7)), (6, (2025, 1)), (-7, (2023, 12)), (24, (2026, 7))]
)
def test_months_are_counted_over_the_turn_of_the_year(number: int, month: tuple[int, int]) -> None:
    assert months_after(date(2024, 7, 1), number) == date(*month, 1)


def drawn(template: str, rows: object) -> str:
    with translation.override("en"):
        page = engines["django"].from_string("{% load charts %}" + template)
        return on_one_line(page.render({"rows": rows}))


def months(*counts: int) -> list[Month]:
    return [Month(months_after(date(2022, 1, 1), n), count) for n, count in enumerate(counts)]


def calendar(year: int, topics: dict[date, int]) -> Calendar:
    return Calendar(year, {day: Day(day, 1, count, f"{day}") for day, count in topics.items()})


def links(chart: str) -> list[tuple[str, str]]:
    """The positions of the squares that link to a digest, in order."""
    return re.findall(r'<a href="/digests/[^>]*><rect class="heat-\d" x="(\d+)" y="(\d+)"', chart)
