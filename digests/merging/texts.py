"""Three versions of a Markdown text, merged block by block."""

from collections import defaultdict
from dataclasses import replace

from digests.merging.blocks import Block
from digests.merging.joining import Joiner
from digests.merging.values import Merged, Outcome, merge
from digests.merging.versions import Key, Version, order, read_versions


def merge_markdown(base: str, ours: str, theirs: str) -> Merged[str]:
    """Merge texts block by block, or as a whole if merged blocks would read differently.

    A clash is stable: merging the same file again with the returned base gives the same clash,
    until an editor takes theirs.
    """
    merged = _merge(base, ours, theirs)
    if merged.outcome is Outcome.CLASH and not _is_stable(merged, theirs):
        return merge(base, ours, theirs)
    return merged


def _is_stable(merged: Merged[str], theirs: str) -> bool:
    taken = _merge(merged.base, merged.theirs, theirs)
    return (
        _merge(merged.base, merged.value, theirs) == merged
        and taken.outcome is not Outcome.CLASH
        and taken.value == merged.theirs
    )


def _merge(base: str, ours: str, theirs: str) -> Merged[str]:
    whole = merge(base, ours, theirs)
    if whole.outcome is not Outcome.CLASH:
        return whole
    return _merge_by_blocks(ours, theirs, read_versions(base, ours, theirs)) or whole


def _merge_by_blocks(
    ours: str, theirs: str, versions: tuple[Version, Version, Version]
) -> Merged[str] | None:
    """Merge the blocks and join them; None if no text splits into the merged blocks."""
    base_version, _, their_version = versions
    pieces = _merge_blocks(*versions)
    joiner = Joiner(versions)
    end = merge(*(version.end for version in versions)).value
    value = joiner.join([(key, piece.value) for key, piece in pieces.items()], end)
    if value is None:
        return None
    if all(piece.outcome is not Outcome.CLASH for piece in pieces.values()):
        outcome = {ours: Outcome.KEPT, theirs: Outcome.TAKEN}.get(value, Outcome.MERGED)
        return Merged.settled(value, outcome, theirs)
    before = joiner.join([(key, piece.before) for key, piece in pieces.items()], end)
    taken = joiner.join([(key, piece.theirs) for key, piece in pieces.items()], end)
    in_file = order(base_version, base_version, their_version)
    next_base = joiner.join(
        [(key, pieces[key].base) for key in in_file if key in pieces], their_version.end
    )
    if before is None or taken is None or next_base is None:
        return None
    return Merged(value, Outcome.CLASH, base=next_base, before=before, theirs=taken)


def _merge_blocks(base: Version, ours: Version, theirs: Version) -> dict[Key, Merged[Block | None]]:
    """The merged blocks in their order; a value of None stands for an absent block."""
    contested = _contested(base, ours, theirs) | _contested(base, theirs, ours)
    return {
        key: _merge_block(
            base.blocks.get(key), ours.blocks.get(key), theirs.blocks.get(key), key in contested
        )
        for key in order(base, ours, theirs)
    }


def _merge_block(
    base: Block | None, ours: Block | None, theirs: Block | None, contested: bool
) -> Merged[Block | None]:
    if contested:
        return Merged(ours, Outcome.CLASH, base=base, before=base, theirs=theirs)
    if ours is None or theirs is None:
        only = (ours or theirs) if base is None else None  # added by one side, else removed by one
        return Merged.settled(only, Outcome.SAME, theirs)
    text: Merged[str | None] = merge(base.text if base else None, ours.text, theirs.text)
    space = merge(base.space if base else theirs.space, ours.space, theirs.space).value

    def version(text: str | None, space: str) -> Block | None:
        return None if text is None else replace(ours, text=text, space=space)

    return Merged(
        version(text.value, space),
        text.outcome,
        base=version(text.base, theirs.space),
        before=version(text.before, space),
        theirs=version(text.theirs, space),
    )


def _contested(base: Version, one: Version, other: Version) -> set[Key]:
    """Blocks that ``other`` removed although ``one`` changed them.

    A removed list item counts as a whole: one changed block in it makes all its blocks contested.
    """
    tops: dict[Key | None, Key] = {}
    members: dict[Key, list[Key]] = defaultdict(list)
    changed: set[Key] = set()
    for key, block in one.blocks.items():  # a parent comes before what stands in it
        if key in other.blocks:
            continue
        top = tops.get(one.parents[key], key)
        if top == key and key not in base.blocks:
            continue  # added by one, and not within anything that other removed
        tops[key] = top
        members[top].append(key)
        if key not in base.blocks or base.blocks[key].text != block.text:
            changed.add(top)
    return {key for top in changed for key in members[top]}
