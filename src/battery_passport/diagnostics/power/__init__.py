"""Power a pack can give, and how much of it was lost since it was new."""
