"""An owner's keys for batteries on the ledger."""
