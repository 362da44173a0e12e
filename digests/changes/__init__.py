"""The door by which people write: edits, with their transaction, history and conflicts.

`editing` is what the admin calls. `transaction`, `history`, `conflicts`, `tagging` and
`ordering` also serve `importing`, the other door.
"""
