"""The pages, a room for each subject: its views, queries, feed and variants.

`parts` holds pieces that several pages are made of, `feeds` and `variants` how any page is given as
Atom, Markdown or JSON, `site` what machines ask of the whole site.
"""
