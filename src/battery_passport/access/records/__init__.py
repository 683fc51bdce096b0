"""What is kept of people, organisations and machines, as frozen values, with their rules."""
