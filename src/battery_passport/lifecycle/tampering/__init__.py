"""Resets, swaps and doubled identities, found by what cannot be true of one battery."""
