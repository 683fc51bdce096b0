"""The transparency log for programs: checkpoint, tiles, entry bundles, proofs, state epochs."""
