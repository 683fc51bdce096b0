"""How large a batch may be, checked before anything is allocated for it.

In: nothing. Out: one value of limits with the defaults of this version.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLimits:
    """Limits of one batch. `decoded_bytes` bounds the int64 arrays that it decodes to."""

    encoded_bytes: int = 1 << 20
    decoded_bytes: int = 16 << 20
    samples: int = 100_000
    cells: int = 1_024
    columns: int = 256
    assumptions: int = 32
    assumption_characters: int = 300


DEFAULT_LIMITS = BatchLimits()
