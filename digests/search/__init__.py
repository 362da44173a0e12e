"""Search in topics, tags, references and digests.

    rows → index.documents → language.analyzer → engine      index.refresh, called by both doors
    text → language.syntax → language.query → engine → results.find          a reader's search

`language.analyzer` alone says what a word is, for what is indexed and for what is asked; an engine
only stores and counts. `language` is pure but for the spelling, which reads the known words.
"""
