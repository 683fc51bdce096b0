"""Rules that watch a battery sample by sample and raise an alarm at once."""
