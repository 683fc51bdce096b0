"""Cells that stand apart from their module."""
