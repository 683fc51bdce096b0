"""Organisations: application, approval, members and invitations."""
