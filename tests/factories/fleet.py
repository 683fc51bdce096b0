"""A fleet of made-up cars put straight into SQL: thousands in a second, for pages at their size.

In: a transaction, who answers for the batteries, a number of cars. Out: rows of every table that
the fleet's pages read; no batch stands behind them.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, insert

from battery_passport.adapters.sql.schema import batteries, battery_models, devices
from battery_passport.adapters.sql.schema_devices import device_reports
from battery_passport.adapters.sql.schema_quality import (
    battery_districts,
    collection_days,
    device_boots,
    device_states,
    quality_findings,
)
from battery_passport.assembly.handlers.quality_tally import korean_day, korean_month
from battery_passport.foundation.clock import DAY_MS, unix_ms
from battery_passport.registry.districts import BUSAN

GTIN = "09526170000301"
_MODELS = ("Hanbit 64", "Saebyeok LFP 58", "Dongbaek 77", "Gwangan 40", "Oryuk 84")
_KINDS = ("stuck", "jump", "clock-skew", "gap", "sentinel", "cells-do-not-add-up")


def seed_fleet(
    connection: Connection, *, responsible_id: UUID, cars: int, now: datetime, days: int = 30
) -> None:
    """Put a fleet into the database; the same number gives the same fleet."""
    draw = np.random.default_rng(cars)
    now_ms, month = unix_ms(now), korean_month(unix_ms(now))
    models = [_model(place, name, responsible_id, now_ms) for place, name in enumerate(_MODELS)]
    connection.execute(insert(battery_models), models)
    rows: dict[str, list[dict[str, Any]]] = {}
    for number in range(cars):
        _add_car(rows, number, models[number % len(models)], responsible_id, draw, now_ms)
        ids = {"battery_id": _id(2, number), "device_id": _id(3, number)}
        _add_days(rows, ids, draw, korean_day(now_ms), days)
        if draw.random() < 0.12:
            kind = _KINDS[int(draw.integers(len(_KINDS)))]
            _add_finding(rows, ids, kind, draw, now_ms, month)
    for table in (
        batteries,
        devices,
        device_reports,
        battery_districts,
        device_states,
        device_boots,
        collection_days,
        quality_findings,
    ):
        connection.execute(insert(table), rows[table.name])


def _id(kind: int, number: int) -> str:
    return str(UUID(int=(kind << 96) + number + 1))


def _model(place: int, name: str, responsible_id: UUID, now_ms: int) -> dict[str, Any]:
    return {
        "model_id": _id(1, place),
        "name": name,
        "gtin": GTIN,
        "category": "ev",
        "manufacturer_id": str(responsible_id),
        "rated_capacity_ah": 150.0,
        "cells_in_series": 96,
        "chemistry": "LFP" if "LFP" in name else "NMC",
        "data_points": {},
        "registered_at_ms": now_ms,
    }


def _add_car(
    rows: dict[str, list[dict[str, Any]]],
    number: int,
    model: dict[str, Any],
    responsible_id: UUID,
    draw: np.random.Generator,
    now_ms: int,
) -> None:
    ids = {"battery_id": _id(2, number), "device_id": _id(3, number)}
    enrolled_ms = now_ms - int(draw.integers(1, 60)) * DAY_MS
    silent_ms = int(draw.exponential(6 * 3_600_000))
    place = min(15, int(draw.beta(2, 3) * 16))
    _put(
        rows,
        "batteries",
        battery_id=ids["battery_id"],
        gtin=GTIN,
        serial=f"F{number + 1:06d}",
        battery_ref=number.to_bytes(16, "big"),
        log_key=(number + 1_000_000).to_bytes(16, "big"),
        model_id=model["model_id"],
        responsible_id=str(responsible_id),
        registered_at_ms=enrolled_ms,
    )
    _put(
        rows,
        "devices",
        **ids,
        kind="vehicle",
        public_key=(number + 1).to_bytes(32, "big"),
        enrolled_at_ms=enrolled_ms,
    )
    _put(
        rows,
        "device_reports",
        device_id=ids["device_id"],
        reported_at_ms=now_ms - silent_ms,
        clock_ahead_ms=int(draw.normal(0, 2_000)),
        waiting=int(draw.poisson(1)),
        set_aside=0,
        software="0.6.0",
    )
    _put(rows, "battery_districts", battery_id=ids["battery_id"], district=BUSAN[place].code)
    _add_state(rows, ids, draw, heard_ms=now_ms - silent_ms, enrolled_ms=enrolled_ms)


def _add_state(
    rows: dict[str, list[dict[str, Any]]],
    ids: dict[str, str],
    draw: np.random.Generator,
    *,
    heard_ms: int,
    enrolled_ms: int,
) -> None:
    sent = int(draw.integers(200, 2_000))
    _put(
        rows,
        "device_states",
        **ids,
        batches=sent,
        samples=sent * 60,
        backfilled=sent,
        last_received_ms=heard_ms,
        last_sample_ms=heard_ms - 4_000,
        skew_ms=900,
        lag_ms=int(draw.gamma(2, 20_000)),
        memory={},
    )
    _put(
        rows,
        "device_boots",
        **ids,
        boot_id=UUID(ids["device_id"]).bytes,
        first_sequence=0,
        last_sequence=sent - 1 + int(draw.poisson(0.3)),
        batches=sent,
        first_received_ms=enrolled_ms,
        last_received_ms=heard_ms,
    )


def _add_days(
    rows: dict[str, list[dict[str, Any]]],
    ids: dict[str, str],
    draw: np.random.Generator,
    today: int,
    days: int,
) -> None:
    for back in np.flatnonzero(draw.random(days) < 0.9).tolist():
        batches = int(draw.integers(5, 90))
        _put(
            rows,
            "collection_days",
            day=today - back,
            **ids,
            batches=batches,
            samples=batches * 60,
            backfilled=batches * 6,
        )


def _add_finding(
    rows: dict[str, list[dict[str, Any]]],
    ids: dict[str, str],
    kind: str,
    draw: np.random.Generator,
    now_ms: int,
    month: str,
) -> None:
    last_ms = now_ms - int(draw.integers(0, 10 * DAY_MS))
    _put(
        rows,
        "quality_findings",
        **ids,
        month=month,
        kind=kind,
        column_name="" if kind in ("clock-skew", "gap") else "cell_voltage_mv",
        count=int(draw.integers(1, 500)),
        batches=int(draw.integers(1, 9)),
        first_ms=last_ms - DAY_MS,
        last_ms=last_ms,
        received_ms=last_ms,
    )


def _put(rows: dict[str, list[dict[str, Any]]], table: str, **values: object) -> None:
    rows.setdefault(table, []).append(values)
