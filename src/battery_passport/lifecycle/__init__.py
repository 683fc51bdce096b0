"""What happened to a battery, as an append-only list of events folded into its present state."""
