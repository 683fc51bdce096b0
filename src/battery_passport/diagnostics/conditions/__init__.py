"""The temperatures and states of charge a battery was in."""
