"""What the ledger's pages show, gathered from the record store and the chain."""
