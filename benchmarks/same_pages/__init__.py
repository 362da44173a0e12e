"""Snapshots of every type of page, and their comparison.

A snapshot is a folder with a file for each answer of the site, asked over a database of fixed
content at a fixed time. Taken of two checkouts, it shows what a change does to readers.
"""
