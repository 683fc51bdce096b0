"""Fills the ports of each group of pages, one module a group."""
