"""Who owns a battery, what its owner agreed to, whom he lets look, and who looked."""
