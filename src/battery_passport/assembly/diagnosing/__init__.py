"""A battery looked at as a whole: health, resistance, use, findings, grade."""
