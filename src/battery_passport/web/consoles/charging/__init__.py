"""Pages of chargers and charging sessions, for who runs them."""
