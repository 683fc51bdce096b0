"""Passkeys through the `webauthn` library."""
