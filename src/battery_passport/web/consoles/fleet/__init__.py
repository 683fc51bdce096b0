"""Pages of the fleet: map, cars, devices, what was found wrong with measurements."""
