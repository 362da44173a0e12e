"""Markdown tokens → what is stored: safe HTML and plain text. HTML is marked safe here alone.

`renderer` writes HTML (formulas by `mathml`, code by `code`), `safe_html` cleans and marks it,
`plain_text` and `sentences` give its words.
"""

from digests.rendering.safe_html import (
    RENDERER_VERSION,
    RenderedBody,
    anchored,
    data_block,
    label_and_text,
    preview,
    render,
    render_body,
    render_item,
    render_title,
    stored,
    with_permalinks,
)

__all__ = [
    "RENDERER_VERSION",
    "RenderedBody",
    "anchored",
    "data_block",
    "label_and_text",
    "preview",
    "render",
    "render_body",
    "render_item",
    "render_title",
    "stored",
    "with_permalinks",
]
