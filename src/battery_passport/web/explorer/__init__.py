"""The ledger for people: what it holds, who keeps it, and one record's way into it."""
