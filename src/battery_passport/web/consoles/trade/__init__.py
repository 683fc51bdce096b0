"""Pages of traders."""
