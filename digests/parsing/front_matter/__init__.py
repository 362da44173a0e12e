"""Front matter, a block of YAML or TOML on top of a file: reading, and writing single values.

``fields`` interprets title, date and tags in either language. ``yaml_block`` and ``toml_block``
find the span of a value in the source, and write a value in their language.
"""

from digests.parsing.front_matter.dates import YEARS, date_in_name
from digests.parsing.front_matter.known_keys import (
    read_front_matter,
    read_stand_ins,
    with_fields,
    with_values,
)

__all__ = [
    "YEARS",
    "date_in_name",
    "read_front_matter",
    "read_stand_ins",
    "with_fields",
    "with_values",
]
