"""What a page asks of several tables at once.

Each function gives a page what it shows and no more, in a number of queries that does not grow
with the rows. Lists leave the long texts in the database.
"""
