"""A battery's measurements over time: curves, and a heat map of its cells."""
