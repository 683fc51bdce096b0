"""Gateways: processes that hear chargers and cars of other protocols, and sign what they say."""
