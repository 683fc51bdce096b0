"""Pages of one collection device: its life, and what is done to it."""
