"""Backups: everything of an installation that cannot be derived again, in one checked file."""
