"""Capacity from a part of a charge, by voltage curves learned from other cars."""
