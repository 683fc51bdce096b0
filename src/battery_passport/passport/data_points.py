"""The table of all data points, and looking up a row.

In: numbers. Out: rows. docs/reference/data-points.md is made from it.
Source: EC guidance version 2.0; EU-2023-1542 annex-xiii.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.passport.errors import UnknownDataPoint
from battery_passport.passport.model import DataPoint
from battery_passport.passport.table.conformity import CONFORMITY
from battery_passport.passport.table.individual import INDIVIDUAL
from battery_passport.passport.table.label import LABEL
from battery_passport.passport.table.rated import RATED
from battery_passport.passport.table.sustainability import SUSTAINABILITY

DATA_POINTS: Mapping[int, DataPoint] = MappingProxyType(
    {row.number: row for row in (*LABEL, *SUSTAINABILITY, *RATED, *CONFORMITY, *INDIVIDUAL)}
)


def data_point(number: int) -> DataPoint:
    """Return the row of that number.

    Raises: UnknownDataPoint.
    """
    if number not in DATA_POINTS:
        raise UnknownDataPoint(f"There is no data point {number}.")
    return DATA_POINTS[number]
