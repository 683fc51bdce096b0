"""The sixteen districts of Busan.

In: the registry's districts. Out: the same, with the share of the city's cars.
The shares are our own rough guess.
"""

from battery_passport.registry.districts import BUSAN

DISTRICTS = BUSAN

CAR_SHARES: tuple[float, ...] = (1, 3, 3, 3, 11, 8, 8, 8, 12, 9, 7, 5, 6, 5, 6, 5)
"""Relative number of cars by district, in the same order."""
