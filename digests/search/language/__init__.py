"""The language of queries: its grammar, its notes, its tree. No database but for `spelling`."""

from digests.search.language.parser import Note, NoteCode, Query, parse

__all__ = ["Note", "NoteCode", "Query", "parse"]
