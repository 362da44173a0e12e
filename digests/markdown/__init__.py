"""The one Markdown dialect of the project: text → tokens.

`dialect` reads, `extensions` adds formulas, footnotes and task lists, `raw_html` knows HTML tags
that stand in Markdown. Nothing here knows tables or makes HTML.
"""

from digests.markdown.block_parser import TooManyTokens
from digests.markdown.dialect import (
    CONTROL,
    MAY_LINK,
    OPTIONS,
    Blocks,
    Definitions,
    blocks,
    definitions,
    end_of,
    end_of_url,
    inline,
    inlines,
    lines,
    plain_inline,
    plain_text,
    printable,
    siblings,
)
from digests.markdown.extensions import closing_sign, has_bracket_formula

__all__ = [
    "CONTROL",
    "MAY_LINK",
    "OPTIONS",
    "Blocks",
    "Definitions",
    "TooManyTokens",
    "blocks",
    "closing_sign",
    "definitions",
    "end_of",
    "end_of_url",
    "has_bracket_formula",
    "inline",
    "inlines",
    "lines",
    "plain_inline",
    "plain_text",
    "printable",
    "siblings",
]
