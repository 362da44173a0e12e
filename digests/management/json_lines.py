import json
from typing import Any

from digests.text import escaped


def json_line(value: Any) -> str:
    """JSON on one line, with Chinese as it is. Characters that a terminal obeys are escaped, so
    that no value can command the terminal of whoever looks at it."""
    return escaped(json.dumps(value, ensure_ascii=False), lambda char: json.dumps(char)[1:-1])
