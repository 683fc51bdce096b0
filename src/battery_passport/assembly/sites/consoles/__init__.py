"""Fills the ports of the pages for work from the record store."""
