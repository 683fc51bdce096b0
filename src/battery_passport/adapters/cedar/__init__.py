"""Decisions by the Cedar engine on the policies that the package carries."""
