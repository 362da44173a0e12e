"""Limits of one file: as many as allowed are read, one more is refused with its line."""

from datetime import UTC

import pytest

from digests.parsing import ParsedDigest, ParseError, limits, parse_digest


def _parse(text: str) -> ParsedDigest:
    return parse_digest(text, name="2024-07-10", zone=UTC)


def _refused(text: str) -> tuple[str, int]:
    with pytest.raises(ParseError) as refused:
        _parse(text)
    return str(refused.value.message), refused.value.line


@pytest.mark.parametrize("heading", ["## \n", "# \n", "x\n-\n", "## 题\n\n"])
def test_a_topic_too_many_is_refused_with_its_line(heading: str) -> None:
    allowed = heading * limits.MOST_TOPICS
    if heading != "# \n":  # the first of these is the title
        assert len(_parse(allowed).topics) == limits.MOST_TOPICS
    else:
        allowed += heading
    message, line = _refused(allowed + heading)
    assert f"{limits.MOST_TOPICS}" in message
    assert line == allowed.count("\n") + 1


def test_lines_of_the_front_matter_count() -> None:
    text = "---\ntitle: 甲\n---\n" + "## 题\n" * (limits.MOST_TOPICS + 1)
    assert _refused(text)[1] == limits.MOST_TOPICS + 4


def test_a_point_too_many_is_refused_with_its_line() -> None:
    allowed = "## 甲\n" + "* **问题**: 乙\n" * limits.MOST_POINTS
    assert len(_parse(allowed).bodies[1].points) == limits.MOST_POINTS
    assert _refused(allowed + "\n## 丙\n* **结论**: 丁\n")[1] == limits.MOST_POINTS + 4


@pytest.mark.parametrize(
    "reference", ["* 论文\n", "* [甲](https://example.org/)\n", "* https://example.org/\n"]
)
def test_a_reference_too_many_is_refused_with_its_line(reference: str) -> None:
    allowed = "参考资料：\n\n" + reference * limits.MOST_REFERENCES
    assert len(_parse(allowed).bodies[0].citations) == limits.MOST_REFERENCES
    assert _refused(allowed + reference)[1] == limits.MOST_REFERENCES + 3


def test_a_footnote_too_many_is_refused_with_its_line() -> None:
    notes = [f"[^{number}]: 甲\n" for number in range(limits.MOST_FOOTNOTES + 1)]
    _parse("".join(notes[:-1]))
    assert _refused("".join(notes))[1] == limits.MOST_FOOTNOTES + 1


@pytest.mark.parametrize(
    "block", ["甲\n\n", "* 甲\n", "#### 甲\n", "| 甲 |\n| - |\n| 乙 |\n\n", "> 甲\n\n"]
)
def test_a_block_too_many_is_refused_with_its_line(
    block: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_TOKENS", 300)
    _parse("甲\n\n" * 100)
    _, line = _refused("---\ntitle: 甲\n---\n" + block * 101)
    assert 4 < line <= 3 + (block * 101).count("\n")


@pytest.mark.parametrize(
    "mark", ["**甲", "~~甲~~\n", "[甲](b) ", "![甲](b)", "<b>", "甲  \n", "*a_b"]
)
def test_a_mark_too_many_is_refused_with_the_line_of_its_paragraph(
    mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_TOKENS", 300)
    _, line = _refused("## 题\n\n甲\n\n乙 **丙**\n\n" + mark * 500)
    assert line == 7


def test_links_to_a_long_definition_are_refused_where_they_would_make_10_mb() -> None:
    definition = "[甲]: https://example.org/" + "x" * 100_000 + "\n\n"
    _parse(definition + "[甲] " * 45)
    assert _refused(definition + "乙\n\n" + "[甲] " * 300)[1] == 5


def test_a_file_as_large_as_real_ones_is_read() -> None:
    topic = "### 话题\n\n* **观点**: 见 [甲](https://example.org/a)\n" + "字" * 1_900 + "\n\n" * 2
    text = topic * 630 + "* **观点**: [乙](https://example.org/b) [丙](https://a.b)\n" * 1_000
    assert len(text.encode()) > 3_500_000
    parsed = _parse(text)
    assert len(parsed.topics) == 630
    assert sum(len(body.points) for body in parsed.bodies) == 1_630
    assert sum(len(body.citations) for body in parsed.bodies) == 2_630
