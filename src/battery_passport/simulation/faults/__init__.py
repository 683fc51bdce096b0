"""What goes wrong with a few of the city's batteries, when, and how it shows."""
