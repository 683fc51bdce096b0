"""How a battery in use will go on losing health."""
