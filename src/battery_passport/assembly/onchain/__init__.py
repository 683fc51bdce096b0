"""Passports on the consortium's registry: what facts wake is batched, sent and told once."""
