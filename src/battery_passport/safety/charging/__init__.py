"""Charging sessions: how far each has come, and how fast and how full it may go."""
