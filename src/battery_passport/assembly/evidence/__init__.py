"""Evidence wherever it lies: reading it, sealing it, letting it go when its time is over."""
