"""Values of known columns without what cannot be true: sentinels and impossible ones become NaN.

In: integers of a known column. Out: the same in the column's calculation unit.
"""

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.columns import COLUMN_BY_NAME


def possible_values(values: NDArray[np.int64], name: str) -> NDArray[np.float64]:
    """Return values of a known column in its unit, NaN where they cannot be true."""
    column = COLUMN_BY_NAME[name]
    wrong = (values < column.low) | (values > column.high)
    for sentinel in column.sentinels:
        wrong |= values == sentinel
    possible: NDArray[np.float64] = np.multiply(values, column.scale, dtype=np.float64)
    possible[wrong] = np.nan
    return possible
