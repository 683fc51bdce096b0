"""Which acts there are, and who may do them to what: decided by policies that are data."""
