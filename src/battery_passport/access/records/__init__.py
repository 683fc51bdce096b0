"""What is kept of people, organisations and machines, as frozen values, and the rules about them."""
