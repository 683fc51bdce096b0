"""Figures beside health, as they are stated, signed and recomputed."""
