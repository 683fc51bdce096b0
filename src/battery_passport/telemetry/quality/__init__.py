"""Remarks on what looks wrong in measurements; nothing is dropped and no value is altered."""
