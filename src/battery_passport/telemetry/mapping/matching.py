"""Which mapping fits a file: by its name, else by its columns and values.

In: mappings and an opened source table. Out: the one that fits, or an error.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase

import numpy as np

from battery_passport.telemetry.errors import UnreadableSource
from battery_passport.telemetry.mapping.model import SourceMapping, ValueCheck
from battery_passport.telemetry.ports import SourceTable

_ROWS_LOOKED_AT = 20_000


def choose_mapping(source: SourceTable, mappings: Sequence[SourceMapping]) -> SourceMapping:
    """Return the mapping that fits the file's name and columns, else the columns and values.

    Raises: UnreadableSource if none fits, or several do.
    """
    fitting = [mapping for mapping in mappings if has_columns(source, mapping)]
    named = [mapping for mapping in fitting if _is_named(source, mapping)]
    alike = named or [mapping for mapping in fitting if _has_values(source, mapping)]
    if len(alike) != 1:
        found = ", ".join(mapping.name for mapping in alike) or "none"
        raise UnreadableSource(
            f"Mappings that fit {source.file_name}: {found}; exactly one is needed.",
            remedy="Name the mapping, or write one for this file (docs/reference/mappings.md).",
        )
    return alike[0]


def has_columns(source: SourceTable, mapping: SourceMapping) -> bool:
    """Return whether the source has every column by which the mapping is recognised."""
    return set(mapping.match.columns) <= set(source.column_names)


def _is_named(source: SourceTable, mapping: SourceMapping) -> bool:
    return any(fnmatchcase(source.file_name, name) for name in mapping.match.file_names)


def _has_values(source: SourceTable, mapping: SourceMapping) -> bool:
    return all(_holds(source, check) for check in mapping.match.values)


def _holds(source: SourceTable, check: ValueCheck) -> bool:
    """Return whether a check holds; a column that is not there refutes nothing."""
    names = [name for name in (check.column, check.minus) if name is not None]
    if not set(names) <= set(source.column_names):
        return True
    medians = [_median(source, name) for name in names]
    difference = medians[0] - sum(medians[1:])
    return check.at_least <= difference <= check.at_most


def _median(source: SourceTable, name: str) -> float:
    numbers = source.numbers(name, 0, min(source.row_count, _ROWS_LOOKED_AT))
    present = numbers[np.isfinite(numbers)]
    return float(np.median(present)) if present.size else float("nan")
