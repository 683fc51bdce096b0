"""Cars whose whole charge was recorded in stages, one file a vehicle, with labels beside them.

In: a folder shaped like EV10. Out: each car's charge, rated capacity and, if labelled, its health;
of the others why they cannot be asked about.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from battery_passport.adapters.tabular.files import TabularFile
from battery_passport.adapters.tabular.mappings import load_mapping
from battery_passport.assembly.evaluating.errors import UnusableFolder
from battery_passport.assembly.evaluating.folders import files_matching, read_json
from battery_passport.diagnostics.capacity.stretch import ChargeStretch, Floats, KnownCar, SocMark
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.telemetry.errors import UnreadableSource
from battery_passport.telemetry.mapping.conversion import convert_rows
from battery_passport.telemetry.model import NULL, Samples
from battery_passport.telemetry.table import stack_columns

_PATTERN = "vehicle_*.parquet"
_LABELS = "a list of objects with vehicle, rated_Ah and, where known, soh"


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedCar:
    """One car; `health_ratio` is None where the label is missing.

    `taken_up_ah` is the sum of the most that each segment counted; `fingerprint` is the same for
    the same recording under any name.
    """

    name: str
    charge: ChargeStretch
    rated_ah: float
    health_ratio: float | None
    taken_up_ah: float
    fingerprint: bytes

    def known(self) -> KnownCar | None:
        """Return the car as one to learn from, None without a label or a measured curve."""
        measured = np.isfinite(self.charge.cell_voltage_v) & np.isfinite(self.charge.current_a)
        if self.health_ratio is None or 2 * np.count_nonzero(measured) < measured.size:
            return None
        return KnownCar(
            name=self.name,
            charge=self.charge,
            rated_ah=self.rated_ah,
            health_ratio=self.health_ratio,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedCar:
    """A car whose file or label does not hold what is needed, and what that is."""

    name: str
    health_ratio: float | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedFolder:
    """The cars of a folder, each list by the number in their file's name."""

    cars: list[StagedCar]
    refused: list[RefusedCar]


def read_staged_folder(folder: Path) -> StagedFolder:
    """Return the cars of a folder. Raises: UnusableFolder if none of them can be read."""
    files = files_matching(folder, _PATTERN, "recordings of staged charges")
    labels = _labels(folder / "labels.json")
    found = StagedFolder(cars=[], refused=[])
    for path in sorted(files, key=_number):
        try:
            found.cars.append(_car(path, labels))
        except UnusableFolder as error:
            if len(files) == 1:
                raise
            found.refused.append(_refused(path, labels, error.message))
    if not found.cars:
        raise UnusableFolder(found.refused[0].reason)
    return found


def _refused(path: Path, labels: Mapping[str, Mapping[str, JsonValue]], reason: str) -> RefusedCar:
    name = str(_number(path)[0])
    return RefusedCar(
        name=name, health_ratio=_positive(labels.get(name, {}).get("soh")), reason=reason
    )


def _number(path: Path) -> tuple[int, str]:
    digits = re.findall(r"\d+", path.stem)
    return (int(digits[-1]) if digits else -1, path.name)


def _labels(path: Path) -> Mapping[str, Mapping[str, JsonValue]]:
    document = read_json(path, _LABELS)
    if not isinstance(document, list):
        raise UnusableFolder(f"{path} is no list; expected {_LABELS}.")
    found: dict[str, Mapping[str, JsonValue]] = {}
    for entry in document:
        if not isinstance(entry, dict) or "vehicle" not in entry:
            raise UnusableFolder(f"{path} holds {entry!r}; expected {_LABELS}.")
        found[_name(entry["vehicle"])] = entry
    return found


def _name(vehicle: JsonValue) -> str:
    """Return a vehicle's number as text: 2, 2.0 and "02" are the same."""
    text = str(vehicle).strip().removesuffix(".0")
    return str(int(text)) if text.isdecimal() else text


def _car(path: Path, labels: Mapping[str, Mapping[str, JsonValue]]) -> StagedCar:
    name = str(_number(path)[0])
    label = labels.get(name)
    rated_ah = None if label is None else _positive(label.get("rated_Ah"))
    if label is None or rated_ah is None:
        raise UnusableFolder(f"labels.json beside {path.name} states no rated_Ah of {name}.")
    samples = _samples(path)
    if not (samples.columns["charged_uah"] != NULL).any():
        raise UnusableFolder(f"{path.name} counts no charge.")
    if (samples.columns["segment"] == NULL).any():
        raise UnusableFolder(f"{path.name} has samples of no segment.")
    charge = _charge(samples)
    return StagedCar(
        name=name,
        charge=charge,
        rated_ah=rated_ah,
        health_ratio=_positive(label.get("soh")),
        taken_up_ah=_taken_up_ah(samples),
        fingerprint=hashlib.sha256(
            charge.charged_ah.tobytes() + charge.cell_voltage_v.tobytes()
        ).digest(),
    )


def _positive(value: JsonValue) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and value > 0 else None  # type: ignore[arg-type, operator]


def _samples(path: Path) -> Samples:
    try:
        parts = list(convert_rows(TabularFile(path), load_mapping("ev10")))
    except UnreadableSource as error:
        raise UnusableFolder(error.message) from error
    counts = [part.sampled_at_ms.size for part in parts]
    names = sorted({name for part in parts for name in part.columns})
    return Samples(
        sampled_at_ms=np.concatenate([part.sampled_at_ms for part in parts]),
        columns={
            name: stack_columns([part.columns.get(name) for part in parts], counts)
            for name in names
        },
    )


def _charge(samples: Samples) -> ChargeStretch:
    segment = samples.columns["segment"]
    starts = np.concatenate([[True], segment[1:] != segment[:-1]])
    counted_ah = _filled(_column(samples, "charged_uah", 1e-6))
    ends = np.flatnonzero(np.concatenate([starts[1:], [True]]))
    before = np.concatenate([[0.0], np.cumsum(counted_ah[ends])[:-1]])
    soc = samples.columns["bms_soc_permyriad"]
    stated = np.flatnonzero(soc != NULL)
    return ChargeStretch(
        elapsed_s=(samples.sampled_at_ms - samples.sampled_at_ms[0]) / 1_000.0,
        charged_ah=counted_ah + before[np.cumsum(starts) - 1],
        current_a=_column(samples, "current_ma", 1e-3),
        cell_voltage_v=_column(samples, "cell_voltage_mean_uv", 1e-6),
        starts_segment=starts,
        marks=tuple(SocMark(int(row), float(soc[row]) * 1e-4) for row in stated),
    )


def _taken_up_ah(samples: Samples) -> float:
    counted_ah = _column(samples, "charged_uah", 1e-6)
    segment = samples.columns["segment"]
    most_ah = [np.fmax.reduce(counted_ah[segment == each]) for each in np.unique(segment)]
    return float(np.nansum(most_ah))


def _column(samples: Samples, name: str, scale: float) -> Floats:
    values = samples.columns[name]
    scaled: Floats = np.where(values == NULL, np.nan, values * scale)
    return scaled


def _filled(values: Floats) -> Floats:
    """Return values with gaps closed by straight lines."""
    known = np.flatnonzero(np.isfinite(values))
    if known.size in {0, values.size}:
        return np.nan_to_num(values)
    filled: Floats = np.interp(np.arange(values.size), known, values[known])
    return filled
