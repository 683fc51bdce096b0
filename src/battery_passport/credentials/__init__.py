"""Signing and checking of credentials: JWS, SD-JWT and did:web; nothing about batteries."""
