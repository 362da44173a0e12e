"""The block of YAML or TOML on top of a file: reading it, and writing single values back.

``fields`` knows what title, date and tags mean, whatever the language; ``yaml_block`` and
``toml_block`` know where a value stands in theirs, and how to write one.
"""

from digests.parsing.front_matter.dates import YEARS
from digests.parsing.front_matter.fields import read_front_matter, with_fields, with_values

__all__ = ["YEARS", "read_front_matter", "with_fields", "with_values"]
