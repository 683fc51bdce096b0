"""Cuts a stream of samples into batches: full ones at once, the rest at a session's end or event.

In: samples in order. Out: `Samples` of at most so many rows, none empty, none lost, none twice.
"""

from collections.abc import Sequence

import numpy as np

from battery_passport.telemetry.model import Samples


def row_count(samples: Samples) -> int:
    """Return how many rows there are."""
    return int(samples.sampled_at_ms.shape[0])


def rows_of(samples: Samples, first: int, past: int) -> Samples:
    """Return the rows from first until just before past."""
    return Samples(
        sampled_at_ms=samples.sampled_at_ms[first:past],
        columns={name: values[first:past] for name, values in samples.columns.items()},
    )


def same_columns(one: Samples, other: Samples) -> bool:
    """Return whether two recordings hold the same columns, cells and probes."""
    shapes = [
        {name: values.shape[1:] for name, values in each.columns.items()} for each in (one, other)
    ]
    return shapes[0] == shapes[1]


def joined(parts: Sequence[Samples]) -> Samples:
    """Return recordings of the same columns as one."""
    if len(parts) == 1:
        return parts[0]
    return Samples(
        sampled_at_ms=np.concatenate([part.sampled_at_ms for part in parts]),
        columns={
            name: np.concatenate([part.columns[name] for part in parts])
            for name in parts[0].columns
        },
    )


class Cutter:
    """Holds samples back until a batch of them is full or somebody asks for the rest."""

    def __init__(self, *, samples_per_batch: int) -> None:
        self._limit = samples_per_batch
        self._held: list[Samples] = []

    @property
    def held_rows(self) -> int:
        """How many samples are held back."""
        return sum(row_count(part) for part in self._held)

    def batches_of(self, samples: Samples, *, alone: bool, whole: bool) -> int:
        """Return how many batches would be cut by adding samples.

        `alone` asks for a flush before them, `whole` for one after them.
        """
        held = self.held_rows
        apart = held > 0 and (alone or not same_columns(self._held[0], samples))
        full, rest = divmod(row_count(samples) + (0 if apart else held), self._limit)
        return apart + full + (whole and rest > 0)

    def add(self, samples: Samples) -> list[Samples]:
        """Return the batches that are full now; what is over is held back."""
        cut: list[Samples] = []
        if self._held and not same_columns(self._held[0], samples):
            cut += self.flush()
        if row_count(samples):
            self._held.append(samples)
        whole = self.held_rows // self._limit * self._limit
        if whole:
            everything = joined(self._held)
            cut += [
                rows_of(everything, at, at + self._limit) for at in range(0, whole, self._limit)
            ]
            self._held = [rows_of(everything, whole, self.held_rows)]
            self._held = [part for part in self._held if row_count(part)]
        return cut

    def flush(self) -> list[Samples]:
        """Return what is held back as one batch, or none."""
        cut = [joined(self._held)] if self._held else []
        self._held = []
        return cut
