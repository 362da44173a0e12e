"""The HTML of a page without the layout of its template."""

import re


def on_one_line(html: str) -> str:
    """Remove line breaks and the indentation after them, which show nowhere between elements."""
    return re.sub(r"\n\s*", "", html)
