"""Measurements that come row by row, as samples.

In: rows, each with its time and the columns that it has. Out: samples, NULL where a row has none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.model import NULL, Samples

Cells = Sequence[int | None]

SIGNED_BY_GATEWAY = "signed-by-gateway"
"""Stands first among a batch's assumptions where the car did not sign, but who heard it."""


@dataclass(slots=True)
class Row:
    """One sample: `values` has one number per column, or one per cell or probe."""

    sampled_at_ms: int
    values: dict[str, int | Cells] = field(default_factory=dict)


def samples_of_rows(rows: Sequence[Row]) -> Samples:
    """Return the rows in their order as columns.

    Shape: a column that any row has cells for is as wide as the widest of them.
    """
    names = sorted({name for row in rows for name in row.values})
    return Samples(
        sampled_at_ms=np.array([row.sampled_at_ms for row in rows], dtype=np.int64),
        columns={name: _column([row.values.get(name) for row in rows]) for name in names},
    )


def _column(values: Sequence[int | Cells | None]) -> NDArray[np.int64]:
    widths = [len(value) for value in values if isinstance(value, Sequence)]
    if not widths:
        return np.array([NULL if value is None else value for value in values], dtype=np.int64)
    column = np.full((len(values), max(*widths, 1)), NULL, dtype=np.int64)
    for place, value in enumerate(values):
        cells = value if isinstance(value, Sequence) else () if value is None else (value,)
        for cell, number in enumerate(cells):
            if number is not None:
                column[place, cell] = number
    return column


@dataclass(frozen=True, slots=True)
class RowColumn:
    """How a decoded value becomes a column: times `factor`, rounded."""

    target: str
    factor: float


def put_numbers(row: Row, values: Mapping[str, object], rules: Mapping[str, RowColumn]) -> None:
    """Put the values that rules name into the row; what is null stays out."""
    for name, rule in rules.items():
        value = values.get(name)
        if isinstance(value, Sequence) and not isinstance(value, str):
            row.values[rule.target] = [_scaled(one, rule.factor) for one in value]
        else:
            number = _scaled(value, rule.factor)
            if number is not None:
                row.values[rule.target] = number


def _scaled(value: object, factor: float) -> int | None:
    if isinstance(value, bool):
        return int(value)
    return round(value * factor) if isinstance(value, int | float) else None
