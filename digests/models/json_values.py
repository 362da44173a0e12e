"""Columns of JSON values that take little room."""

import json
import zlib
from typing import Any

from django.db import models


class Utf8Encoder(json.JSONEncoder):
    """Writes letters as they are, because the escapes of Chinese ones take twice the room."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})


# What most search documents hold, so that none has to spell it out: a fifth of the room of those
# of small topics. What was compressed with it can be read with exactly this alone.
_COMMON = (
    '"]],"body":"","references":"","addresses":["https://github.com/https://huggingface.co/'
    'https://arxiv.org/abs/https://www."],"filters":["year=2023","year=2024","year=2025","year=2026",'
    '"digest=","label=other","label=example","label=evidence","label=conclusion","label=question",'
    '"kind=code","kind=model","kind=dataset","kind=link","kind=paper","ref=url:","ref=hf:",'
    '"ref=github:","ref=arxiv:","type=reference","type=tag"]}","slug=","tag=,{"tags":["],"points":[],'
    '"references":"","addresses":[],"body":"","points":[["other","","question","","evidence","依据",'
    '"conclusion","结论","'
).encode()
_RAW = -zlib.MAX_WBITS  # without a header, whose checksum is of no use here


class CompressedJSONField(models.BinaryField[Any, Any]):
    """A JSON value as compressed bytes, which no query can look into."""

    def from_db_value(self, value: Any, *_context: Any) -> Any:
        if value is None:
            return None
        return json.loads(zlib.decompressobj(_RAW, _COMMON).decompress(value))

    def get_prep_value(self, value: Any) -> Any:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        packer = zlib.compressobj(level=4, wbits=_RAW, zdict=_COMMON)
        return packer.compress(text.encode()) + packer.flush()
