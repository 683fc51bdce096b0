"""What can be wrong with what a library is to be learned from.

In: nothing. Out: an exception below `InvalidInput`.
"""

from typing import ClassVar

from battery_passport.foundation.errors import InvalidInput


class NoKnownCar(InvalidInput):
    """No car is known to learn voltage curves from."""

    code: ClassVar[str] = "no-known-car"
    remedy: ClassVar[str] = "Give at least one car with a whole charge and a known health."
