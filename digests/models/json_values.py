"""Columns of JSON values that take little room."""

import json
import zlib
from typing import Any

from django.db import models


class Utf8Encoder(json.JSONEncoder):
    """Writes letters as they are, because the escapes of Chinese ones take twice the room."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})


class CompressedJSONField(models.BinaryField[Any, Any]):
    """A JSON value as compressed bytes, which no query can look into."""

    def from_db_value(self, value: Any, *_context: Any) -> Any:
        return None if value is None else json.loads(zlib.decompress(value))

    def get_prep_value(self, value: Any) -> Any:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return zlib.compress(text.encode(), 4)
