"""Markdown tokens → what is stored: safe HTML and plain text. HTML is marked safe here alone.

    tokens → renderer → safe_html ↘
           → plain_text → sentences → bodies: what a write stores
    stored parts and points → shown → holes → cutting: what a page shows

`renderer` writes HTML (formulas by `mathml`, code by `code`), `safe_html` is the allowlist. Stored
HTML is never parsed again: `holes` are all that a page fills in.
"""

from digests.rendering.bodies import (
    RENDERER_VERSION,
    RenderedBody,
    RenderedEntry,
    preview,
    render,
)
from digests.rendering.cutting import MOST_OF_TEXT, cut
from digests.rendering.holes import Place, fill
from digests.rendering.markup import joined, markup, markup_of_each
from digests.rendering.scripts import data_block
from digests.rendering.sentences import MOST_SENTENCES, Sentence
from digests.rendering.shown import Permalinks, StoredPoint, body_html, label_html

__all__ = [
    "MOST_OF_TEXT",
    "MOST_SENTENCES",
    "RENDERER_VERSION",
    "Permalinks",
    "Place",
    "RenderedBody",
    "RenderedEntry",
    "Sentence",
    "StoredPoint",
    "body_html",
    "cut",
    "data_block",
    "fill",
    "joined",
    "label_html",
    "markup",
    "markup_of_each",
    "preview",
    "render",
]
