"""Insulation between a pack and the body: too low, or falling."""
