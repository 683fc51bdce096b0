"""A small city of electric cars with known truth, for demonstration and load."""
