"""Internal resistance from the current steps of driving."""
