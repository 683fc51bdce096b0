"""Sealed evidence: signed batches in immutable files named by their content."""
