"""What measurements must be like before they can be sealed into a batch.

In: samples. Out: nothing, or an error that names the column.
"""

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.columns import is_column_name
from battery_passport.telemetry.errors import BatchTooLarge, InvalidSamples
from battery_passport.telemetry.limits import BatchLimits
from battery_passport.telemetry.model import Samples

_LATEST_MS = 1 << 53


def check_samples(samples: Samples, *, limits: BatchLimits) -> None:
    """Raise InvalidSamples or BatchTooLarge unless one batch can carry the samples."""
    times = samples.sampled_at_ms
    if times.ndim != 1 or times.dtype != np.int64:
        raise InvalidSamples("The samples' times are not one int64 array.")
    if bool((times < -_LATEST_MS).any() or (times > _LATEST_MS).any()):
        raise InvalidSamples("A sample's time is missing or beyond any calendar.")
    count = times.shape[0]
    if not 1 <= count <= limits.samples:
        raise BatchTooLarge(f"A batch holds 1 to {limits.samples} samples, not {count}.")
    if len(samples.columns) + 1 > limits.columns:
        raise BatchTooLarge(f"A batch holds fewer than {limits.columns} columns.")
    for name, values in samples.columns.items():
        _check_column(name, values, count=count, limits=limits)
    total = count + sum(values.size for values in samples.columns.values())
    if total * 8 > limits.decoded_bytes:
        raise BatchTooLarge(f"{total} values do not fit into one batch.")


def _check_column(name: str, values: NDArray[np.int64], *, count: int, limits: BatchLimits) -> None:
    if not is_column_name(name) or name == "sampled_at_ms":
        raise InvalidSamples(f"{name!r} is no name for a column: use a-z, 0-9 and _.")
    if values.dtype != np.int64 or values.ndim not in {1, 2} or values.shape[0] != count:
        raise InvalidSamples(f"Column {name} is not an int64 array of {count} samples.")
    if values.ndim == 2 and not 1 <= values.shape[1] <= limits.cells:
        raise BatchTooLarge(f"Column {name} has {values.shape[1]} cells, not 1 to {limits.cells}.")
