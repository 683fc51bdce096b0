"""Units a source may use, and the factor from them to a known column's integers.

In: a source unit and a column. Out: an exact factor.
"""

from fractions import Fraction

from battery_passport.telemetry.columns import COLUMN_BY_NAME
from battery_passport.telemetry.errors import InvalidMapping

# Source unit: (unit of the column table, how many of these one source unit is).
UNITS: dict[str, tuple[str, Fraction]] = {
    "A": ("A", Fraction(1)),
    "mA": ("A", Fraction(1, 1_000)),
    "V": ("V", Fraction(1)),
    "mV": ("V", Fraction(1, 1_000)),
    "Ah": ("Ah", Fraction(1)),
    "mAh": ("Ah", Fraction(1, 1_000)),
    "Wh": ("Wh", Fraction(1)),
    "kWh": ("Wh", Fraction(1_000)),
    "W": ("W", Fraction(1)),
    "kW": ("W", Fraction(1_000)),
    "percent": ("ratio", Fraction(1, 100)),
    "ratio": ("ratio", Fraction(1)),
    "degC": ("°C", Fraction(1)),
    "m": ("m", Fraction(1)),
    "km": ("m", Fraction(1_000)),
    "m/s": ("m/s", Fraction(1)),
    "km/h": ("m/s", Fraction(10, 36)),
    "kohm": ("kΩ", Fraction(1)),
    "Mohm": ("kΩ", Fraction(1_000)),
    "s": ("s", Fraction(1)),
    "h": ("s", Fraction(3_600)),
    "1": ("1", Fraction(1)),
}


def factor_to_column(*, unit: str, target: str) -> float:
    """Return what a value in the source unit is multiplied by to give the column's integer.

    Raises: InvalidMapping for an unknown unit, an unknown column or units that do not fit.
    """
    column = COLUMN_BY_NAME.get(target)
    if column is None:
        raise InvalidMapping(
            f"Column {target} is not a known one, so its unit {unit!r} cannot be converted.",
            remedy="Give `factor` in place of `unit`, or one of the names in telemetry-columns.md.",
        )
    if unit not in UNITS:
        raise InvalidMapping(
            f"The unit {unit!r} of column {target} is not known.",
            remedy=f"Use one of {', '.join(UNITS)}.",
        )
    quantity, size = UNITS[unit]
    if quantity != column.unit:
        raise InvalidMapping(f"Column {target} is in {column.unit}, which {unit!r} does not give.")
    factor = size / Fraction(column.scale).limit_denominator(10**9)
    return factor.numerator / factor.denominator
