"""Persons: accounts, proofs of who they are, sessions and recovery."""
