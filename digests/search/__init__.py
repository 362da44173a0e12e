"""Search in topics, tags, references and digests.

    rows → index.documents → language.tokenizer → engine         index.refresh, called by both doors
    text → language.parser → language.tree → engine → results    a reader's search

`language` defines tokens, for documents and for queries; an engine only stores and counts them.
`index` keeps documents and engine up to date with the rows. `engines` holds an engine for each
database. `results` answers pages: `results.search`, `suggest`, `newest`.
"""
