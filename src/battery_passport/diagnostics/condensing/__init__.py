"""Rows without their cells and probes, and what the methods take from those kept."""
