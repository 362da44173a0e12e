"""Search in topics, tags, references and digests.

    rows → documents → analyzer → engine        index.refresh, called by both write doors
    text → syntax → query → engine → find       a reader's search

`analyzer` alone says what a word is, for what is indexed and for what is asked; an engine only
stores and counts. Pure are `analyzer`, `query`, `syntax` and `highlight`.
"""
