"""Sums of spans as the JSON that programs and the page's script read.

In: sums. Out: a document whose lists all have one entry a span.
"""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.overview import SeriesSums, SpanSums
from battery_passport.web.measurements.ports import Measured

NOTICE_MV = 60
"""A cell this far from the middle at rest is worth a look (the notice of the safety rules)."""


@dataclass(frozen=True, slots=True)
class SeriesForm:
    """How one series is told: its name in the document, unit, and how many make one unit."""

    name: str
    key: str
    unit: str
    scale: float
    digits: int


SERIES_FORMS = (
    SeriesForm("current_ma", "current", "A", 1e-3, 2),
    SeriesForm("pack_voltage_mv", "packVoltage", "V", 1e-3, 2),
    SeriesForm("bms_soc_permyriad", "stateOfCharge", "%", 1e-2, 2),
    SeriesForm("temperature_max_dc", "temperatureHighest", "°C", 1e-1, 1),
    SeriesForm("temperature_min_dc", "temperatureLowest", "°C", 1e-1, 1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSummary:
    """The cells over a whole window: each one's mean distance in mV, the weakest first."""

    by_cell: tuple[tuple[int, float], ...]

    @property
    def weakest(self) -> tuple[int, float] | None:
        """The cell, from 1, that lies lowest below the middle."""
        return self.by_cell[0] if self.by_cell else None


def cells_of(sums: SpanSums) -> CellSummary:
    """Return the cells by their mean distance over all samples."""
    counts = sums.cell_counts.sum(axis=0)
    totals = sums.cell_sums.sum(axis=0)
    means = [
        (cell + 1, float(totals[cell]) / float(counts[cell]))
        for cell in range(counts.shape[0])
        if counts[cell]
    ]
    return CellSummary(by_cell=tuple(sorted(means, key=lambda each: (each[1], each[0]))))


def document_of(measured: Measured) -> bytes:
    """Return the document as JSON."""
    sums = measured.sums
    cells = cells_of(sums)
    document = {
        "from": measured.window[0],
        "to": measured.window[1],
        "spanMs": measured.span_ms,
        "samples": int(sums.samples.sum()),
        "leftOut": sums.left_out,
        "at": (sums.spans * measured.span_ms).tolist(),
        "series": {
            form.key: {"unit": form.unit, **_series(sums.series[form.name], form)}
            for form in SERIES_FORMS
            if form.name in sums.series and sums.series[form.name].counts.any()
        },
        "cells": {
            "count": int(sums.cell_sums.shape[1]),
            "unit": "0.1 mV",
            "noticeMv": NOTICE_MV,
            "weakest": None if cells.weakest is None else cells.weakest[0],
            "deviation": _distances(sums),
        },
    }
    return json.dumps(document, separators=(",", ":")).encode()


def means_of(series: SeriesSums, form: SeriesForm) -> list[float | None]:
    """Return each span's mean in the form's unit."""
    counts = np.maximum(series.counts, 1)
    return _listed(series.sums / counts * form.scale, series.counts, form.digits)


def _series(series: SeriesSums, form: SeriesForm) -> dict[str, list[float | None]]:
    return {
        "mean": means_of(series, form),
        "low": _listed(series.lows * form.scale, series.counts, form.digits),
        "high": _listed(series.highs * form.scale, series.counts, form.digits),
    }


def _listed(
    values: NDArray[np.floating[Any]], counts: NDArray[np.int64], digits: int
) -> list[float | None]:
    rounded: list[float] = np.round(values, digits).tolist()
    return [value if count else None for value, count in zip(rounded, counts, strict=True)]


def _distances(sums: SpanSums) -> list[list[int | None]]:
    """Return the mean distance of each cell by span, in tenths of a millivolt."""
    counts = np.maximum(sums.cell_counts, 1)
    tenths = np.rint(sums.cell_sums * 10 / counts).astype(np.int64)
    if sums.cell_counts.all():
        rows: list[list[int | None]] = tenths.tolist()
        return rows
    missing = sums.cell_counts == 0
    return [
        [None if gone else value for value, gone in zip(row, lost, strict=True)]
        for row, lost in zip(tenths.tolist(), missing.tolist(), strict=True)
    ]
