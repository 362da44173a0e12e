"""Blocks of several versions joined into one text, which must split into the same blocks again."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from digests.merging.blocks import Block, split
from digests.merging.versions import Key, Version

_LINE_END = re.compile(r"\r\n|\r|\n")


class Joiner:
    def __init__(self, versions: Sequence[Version]) -> None:
        self._neighbours: set[tuple[Key, str, Key]] = set()
        # The kind and the parent that each block has in one of the versions.
        self._nestings: dict[Key, set[tuple[tuple[str, int], Key | None]]] = defaultdict(set)
        for version in versions:
            for (key, block), following in pairwise(version.blocks.items()):
                self._neighbours.add((key, block.space, following[0]))
            for key, block in version.blocks.items():
                self._nestings[key].add((block.kind, version.parents[key]))
        ends = (_LINE_END.search(b.space) for v in versions for b in v.blocks.values())
        self._line_end = next((end.group() for end in ends if end), "\n")

    def join(self, blocks: Iterable[tuple[Key, Block | None]], end: str) -> str | None:
        """Join the blocks that are not None, and ``end``; None if the text splits into others.

        An unclosed fence, for example, swallows the blocks after it, and a nested bullet whose
        point is gone would move under the point before.
        """
        present = [(key, block) for key, block in blocks if block is not None]
        parts = [
            block.text + self._space(key, block, *following)
            for (key, block), following in pairwise(present)
        ]
        text = "".join([*parts, present[-1][1].text, end])
        return text if self._reads_as(text, present) else None

    def _space(self, key: Key, block: Block, next_key: Key, following: Block) -> str:
        """The space after a block, with enough line ends to separate it from a new neighbour."""
        if (key, block.space, next_key) in self._neighbours or not block.text:
            return block.space
        wanted = 1 if block.is_item and following.is_item else 2
        missing = wanted - len(_LINE_END.findall(block.space))
        return block.space + self._line_end * max(0, missing)

    def _reads_as(self, text: str, blocks: Sequence[tuple[Key, Block]]) -> bool:
        read = split(text)
        if len(read) != len(blocks):
            return False
        for found, (key, block) in zip(read, blocks, strict=True):
            parent = None if found.parent is None else blocks[found.parent][0]
            if found.text != block.text or (found.kind, parent) not in self._nestings[key]:
                return False
        return True
