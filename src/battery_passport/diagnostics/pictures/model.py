"""The points of a sheet's pictures as frozen values, and the same as JSON.

In: values read from a table. Out: what `assembly` keeps and `web` draws.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from battery_passport.diagnostics.estimate import moment
from battery_passport.diagnostics.model import NotDetermined
from battery_passport.foundation.strict_json import JsonObject, JsonValue

FORMAT = 1
"""Counted up when the points mean something else, so that kept ones are made anew."""

Points = tuple[tuple[float, float], ...]
_DIGITS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the car stated last: a value, when, and its range on that last day."""

    value: float
    at: datetime
    low: float
    high: float

    def as_json(self) -> JsonObject:
        """Return the reading with its moment to the second."""
        return {
            "value": _rounded(self.value),
            "at": moment(self.at),
            "low": _rounded(self.low),
            "high": _rounded(self.high),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A curve to compare with: of the model, from `cars` cars, or of a chemistry (`cars` is 0)."""

    kind: str
    cars: int
    rested_v: Points
    ah_per_v: Points

    def as_json(self) -> JsonObject:
        """Return kind, number of cars and both curves."""
        return {
            "kind": self.kind,
            "cars": self.cars,
            "rested_v": points_json(self.rested_v),
            "ah_per_v": points_json(self.ah_per_v),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeCurve:
    """The best charge. `rested_v` is over the state of charge, empty where none was stated.

    Units: V over a ratio; Ah per V over V; amperes of the mean current into the battery.
    """

    method: str
    version: str
    started_at: datetime
    ended_at: datetime
    moved_ah: float
    mean_current_a: float
    rested_v: Points
    ah_per_v: Points

    def as_json(self) -> JsonObject:
        """Return the charge with both curves."""
        return {
            "method": self.method,
            "version": self.version,
            "started_at": moment(self.started_at),
            "ended_at": moment(self.ended_at),
            "moved_ah": _rounded(self.moved_ah),
            "mean_current_a": _rounded(self.mean_current_a),
            "rested_v": points_json(self.rested_v),
            "ah_per_v": points_json(self.ah_per_v),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSpread:
    """How far each cell lay from its neighbours on one day; None for a cell not measured."""

    method: str
    version: str
    started_at: datetime
    ended_at: datetime
    samples: int
    deviation_mv: tuple[float | None, ...]

    def as_json(self) -> JsonObject:
        """Return the deviations by cell, the first cell first."""
        return {
            "method": self.method,
            "version": self.version,
            "started_at": moment(self.started_at),
            "ended_at": moment(self.ended_at),
            "samples": self.samples,
            "deviation_mv": [
                None if each is None else round(each, 1) for each in self.deviation_mv
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Everything a sheet draws or reads that a diagnosis does not carry.

    `stated_health` are moments and percent as the car stated them, at most one a day.
    """

    started_at: datetime | None
    ended_at: datetime | None
    charge: ChargeCurve | NotDetermined
    reference: Reference | None
    cells: CellSpread | NotDetermined
    stated_health: tuple[tuple[datetime, float], ...] = ()
    readings: Mapping[str, Reading] = field(default_factory=dict)

    def as_json(self) -> JsonObject:
        """Return it all; what could not be made is null with the reason beside it."""
        return {
            "format": FORMAT,
            "started_at": None if self.started_at is None else moment(self.started_at),
            "ended_at": None if self.ended_at is None else moment(self.ended_at),
            "charge": _or_reason(self.charge),
            "reference": None if self.reference is None else self.reference.as_json(),
            "cells": _or_reason(self.cells),
            "stated_health": [[moment(at), _rounded(value)] for at, value in self.stated_health],
            "readings": {name: each.as_json() for name, each in self.readings.items()},
        }


def points_json(points: Sequence[tuple[float, float]]) -> list[JsonValue]:
    """Return points as pairs of rounded numbers."""
    return [[_rounded(x), _rounded(y)] for x, y in points]


def _or_reason(found: ChargeCurve | CellSpread | NotDetermined) -> JsonObject:
    if not isinstance(found, NotDetermined):
        return found.as_json()
    told = asdict(found)
    return {
        "reason_code": told["code"],
        "reason": told["sentence"],
        "reason_parameters": told["parameters"],
    }


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS)
