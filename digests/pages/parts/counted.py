from dataclasses import dataclass


@dataclass(frozen=True)
class Counted:
    """A row of a bar chart. ``kind`` colours its name like a label; ``address`` makes it a link."""

    name: str
    count: int
    address: str = ""
    kind: str = ""
