"""What each batch adds to the sums of its battery, device and month.

In: a batch that was read, with its findings. Out: rows of a `QualityTally`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from battery_passport.adapters.sql.quality import QualityTally
from battery_passport.foundation.clock import DAY_MS, KOREAN_TIME_MS, from_unix_ms, unix_ms
from battery_passport.telemetry.model import BatchClaims, DecodedBatch
from battery_passport.telemetry.quality.model import Finding, QualityMemory
from battery_passport.telemetry.rows import SIGNED_BY_GATEWAY

"""Days and months are those of the calendar that people here live by."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A batch that was read; `batch` is None where it could not be decoded."""

    battery_id: UUID
    received_ms: int
    claims: BatchClaims
    batch: DecodedBatch | None


def korean_day(at_ms: int) -> int:
    """Return the day since 1970 that a moment falls on in Korean time."""
    return (at_ms + KOREAN_TIME_MS) // DAY_MS


def korean_month(at_ms: int) -> str:
    """Return the month that a moment falls in in Korean time, as in `2026-11`."""
    return from_unix_ms(at_ms + KOREAN_TIME_MS).strftime("%Y-%m")


def tally_boot(tally: QualityTally, reading: Reading) -> None:
    """Count a batch for its device's boot: what is missing between its numbers was lost.

    A gateway numbers nothing: each of its messages stands for itself.
    """
    if reading.batch is not None and SIGNED_BY_GATEWAY in reading.batch.assumptions:
        return
    claims, battery = reading.claims, str(reading.battery_id)
    device, received_ms = str(claims.device_id), reading.received_ms
    row = tally.boots.setdefault(
        (device, claims.boot_id, battery),
        {
            "device_id": device,
            "boot_id": claims.boot_id,
            "battery_id": battery,
            "first_sequence": claims.sequence,
            "last_sequence": claims.sequence,
            "batches": 0,
            "first_received_ms": received_ms,
            "last_received_ms": received_ms,
        },
    )
    row["batches"] += 1
    row["first_sequence"] = min(row["first_sequence"], claims.sequence)
    row["last_sequence"] = max(row["last_sequence"], claims.sequence)
    row["last_received_ms"] = max(row["last_received_ms"], received_ms)


def tally_batch(
    tally: QualityTally, reading: Reading, batch: DecodedBatch, memory: QualityMemory
) -> None:
    """Count a batch for its day and its device, and keep how late and how far off it was."""
    claims, received_ms = reading.claims, reading.received_ms
    device, battery = str(claims.device_id), str(reading.battery_id)
    samples = batch.sampled_at_ms.shape[0]
    collected_ms = unix_ms(claims.collected_at)
    last_ms = int(batch.sampled_at_ms[-1]) if samples else collected_ms
    day = korean_day(collected_ms)
    nothing = {"batches": 0, "samples": 0, "backfilled": 0}
    names = {"device_id": device, "battery_id": battery}
    of_day = tally.days.setdefault((day, battery, device), {"day": day, **names, **nothing})
    of_device = tally.states.setdefault(
        (device, battery),
        {
            **names,
            **nothing,
            "last_received_ms": received_ms,
            "last_sample_ms": last_ms,
            "skew_ms": None,
            "lag_ms": None,
        },
    )
    for row in (of_day, of_device):
        row["batches"] += 1
        row["samples"] += samples
        row["backfilled"] += samples if claims.backfill else 0
    of_device["last_received_ms"] = max(of_device["last_received_ms"], received_ms)
    of_device["last_sample_ms"] = max(of_device["last_sample_ms"], last_ms)
    of_device["memory"] = memory.as_json()
    if not claims.backfill:
        of_device["skew_ms"] = received_ms - collected_ms
        of_device["lag_ms"] = received_ms - last_ms


def tally_findings(tally: QualityTally, reading: Reading, findings: Iterable[Finding]) -> None:
    """Count findings for the month in which their batch was received."""
    if not findings:
        return
    received_ms = reading.received_ms
    device, battery = str(reading.claims.device_id), str(reading.battery_id)
    month = korean_month(received_ms)
    for finding in findings:
        column = finding.column or ""
        row = tally.findings.setdefault(
            (battery, device, month, finding.kind, column),
            {
                "battery_id": battery,
                "device_id": device,
                "month": month,
                "kind": finding.kind,
                "column_name": column,
                "count": 0,
                "batches": 0,
                "first_ms": finding.first_ms,
                "last_ms": finding.last_ms,
                "received_ms": received_ms,
            },
        )
        row["count"] += finding.count
        row["batches"] += 1
        row["first_ms"] = min(row["first_ms"], finding.first_ms)
        row["last_ms"] = max(row["last_ms"], finding.last_ms)
        row["received_ms"] = max(row["received_ms"], received_ms)
