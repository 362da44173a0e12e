"""Sizes of tests: small in each run, large with ``script/test --long``."""

import os

IS_LONG = os.environ.get("LONG") == "1"


def often(usual: int, *, at_length: int) -> int:
    """The number of examples of a test that could go on for ever."""
    return at_length if IS_LONG else usual
