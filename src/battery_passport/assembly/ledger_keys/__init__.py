"""Batteries on the ledger in the hands of people: keys, transfers, lost keys."""
