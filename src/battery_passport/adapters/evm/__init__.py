"""EVM chains: the embedded development ledger, and anchoring on any engine."""
