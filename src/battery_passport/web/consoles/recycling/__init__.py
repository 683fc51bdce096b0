"""Pages of recyclers: intake, recycling with the masses recovered."""
