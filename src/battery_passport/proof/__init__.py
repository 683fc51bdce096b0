"""Proof bundles: made, verified offline, recomputed; and the audit of everything stored."""
