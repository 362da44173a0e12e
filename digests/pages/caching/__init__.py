"""Copies of pages that many readers share."""
