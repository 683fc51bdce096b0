"""How a battery was used: energy, fast charges, hours at extremes, efficiency."""
