"""State of health of retired cells from one five-second pulse train."""
