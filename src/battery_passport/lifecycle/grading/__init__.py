"""Grades of used batteries and what is suggested for them."""
