"""JSON for scripts and programs that read a page, escaped for its HTML."""

import json

from django.utils.safestring import SafeString

from digests.rendering.holes import stored

_NOT_IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&"}


def data_block(value: object) -> SafeString:
    """Escape JSON for a ``<script>`` element, as Django's `json_script` does, which supports no
    other type than ``application/json``."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return stored(text.translate(_NOT_IN_SCRIPT))
