"""Refusals of the stages in the reader's language."""
