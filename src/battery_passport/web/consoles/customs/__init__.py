"""Customs cases of authorities, and checks of customs offices."""
