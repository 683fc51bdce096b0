"""OpenID providers of organisations, over HTTP."""
