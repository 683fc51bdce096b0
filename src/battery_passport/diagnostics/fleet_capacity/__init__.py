"""Capacity by a curve that the fleet taught: `fleet-capacity`."""
