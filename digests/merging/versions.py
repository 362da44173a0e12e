"""Three versions of a text, split into blocks with common keys, and their merged order."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from digests.merging.alignment import align, align_added
from digests.merging.blocks import Block, split
from digests.merging.sequences import merge_order

# The key of a block in all versions: the first version that has it, and its index there.
Key = tuple[str, int]


@dataclass(frozen=True)
class Version:
    # The blocks in their order. The last one has no ``space``, which is the version's ``end``.
    blocks: Mapping[Key, Block]
    parents: Mapping[Key, Key | None]
    # The white space at the end of the text.
    end: str

    @classmethod
    def of(cls, blocks: Sequence[Block], keys: Sequence[Key]) -> "Version":
        *others, last = blocks
        named = zip(keys, [*others, replace(last, space="")], strict=True)
        parents = [None if block.parent is None else keys[block.parent] for block in blocks]
        return cls(dict(named), dict(zip(keys, parents, strict=True)), last.space)


def read_versions(base: str, ours: str, theirs: str) -> tuple[Version, Version, Version]:
    """Split three texts into blocks, and give the versions of one block the same key."""
    splits = base_blocks, our_blocks, their_blocks = split(base), split(ours), split(theirs)
    base_keys = [("base", index) for index in range(len(base_blocks))]
    our_known, their_known = (
        [base_keys[of_base[index]] if index in of_base else None for index in range(len(side))]
        for side in (our_blocks, their_blocks)
        for of_base in (align(side, base_blocks),)
    )
    our_keys = [key or ("ours", index) for index, key in enumerate(our_known)]
    ours_of = align_added(their_blocks, our_blocks, their_known, our_known)
    their_keys = [
        key or (our_keys[ours_of[index]] if index in ours_of else ("theirs", index))
        for index, key in enumerate(their_known)
    ]
    read = zip(splits, (base_keys, our_keys, their_keys), strict=True)
    first, second, third = (Version.of(blocks, keys) for blocks, keys in read)
    return first, second, third


def order(base: Version, ours: Version, theirs: Version) -> list[Key]:
    """All blocks of ours and theirs in their merged order, each list item's blocks together.

    A cycle of blocks, which arises when ours moves one into another and theirs the other way
    round, is left out.
    """
    parents = {key: _parent(key, base, ours, theirs) for key in {**ours.parents, **theirs.parents}}
    families: dict[Key | None, tuple[list[Key], list[Key], list[Key]]] = defaultdict(
        lambda: ([], [], [])
    )
    for side, version in enumerate((base, ours, theirs)):
        for key, parent in version.parents.items():
            if key in parents and parents[key] == parent:
                families[parent][side].append(key)
    return list(_walk(None, families))


def _parent(key: Key, base: Version, ours: Version, theirs: Version) -> Key | None:
    if key not in ours.parents:
        return theirs.parents[key]
    was_moved = key not in base.parents or ours.parents[key] != base.parents[key]
    return ours.parents[key] if was_moved or key not in theirs.parents else theirs.parents[key]


def _walk(
    parent: Key | None, families: Mapping[Key | None, tuple[list[Key], list[Key], list[Key]]]
) -> Iterator[Key]:
    if parent in families:
        base, ours, theirs = families[parent]
        for key in merge_order(base, ours, theirs, keep={*ours, *theirs}):
            yield key
            yield from _walk(key, families)
