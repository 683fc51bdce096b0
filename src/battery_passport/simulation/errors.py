"""What can be wrong with a wish for a simulated city.

In: nothing. Out: exceptions below `InvalidInput`.

    InvalidInput
    └── InvalidCity     a number of cars, a seed or a stretch of time that cannot be simulated
"""

from typing import ClassVar

from battery_passport.foundation.errors import InvalidInput


class InvalidCity(InvalidInput):
    """A number of cars, a seed or a stretch of time that cannot be simulated."""

    code: ClassVar[str] = "invalid-city"
    remedy: ClassVar[str] = "Give 1 to 100000 cars, a seed from 0 on, and times with a zone."
