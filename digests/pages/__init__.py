"""The pages of the site, one package for each subject: its views, queries, feed and variants.

`parts` holds pieces that several pages share. `feeds` and `variants` give any page as Atom,
Markdown or JSON. `site` holds health check, robots.txt, sitemaps and the guide for programs.
"""
