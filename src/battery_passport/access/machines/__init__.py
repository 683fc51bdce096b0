"""Machines: API keys, client assertions and short-lived access tokens."""
