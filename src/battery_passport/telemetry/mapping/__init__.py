"""Mappings: how the columns of somebody's telematics file become ours, declared in a TOML file."""
