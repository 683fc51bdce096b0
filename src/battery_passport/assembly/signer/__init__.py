"""The signer: a small program that keeps an installation's keys on a machine of their own."""
