"""Signed batches of measurements: envelope, columns, quality flags, tables and history."""
