"""The consortium network: its validators as processes, its client, its finality proofs."""
