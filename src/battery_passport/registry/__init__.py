"""Organisations and roles, collection devices, battery models and batteries."""
