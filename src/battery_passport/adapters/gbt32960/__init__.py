"""Messages of GB/T 32960.3, editions 2016 and 2025: both directions."""
