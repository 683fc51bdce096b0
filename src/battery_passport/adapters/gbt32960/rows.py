"""Decoded reports as rows of measurements; location and VIN stay out.

In: what `decode_lines` returns. Out: rows with times, and what had to be assumed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from battery_passport.adapters.gbt32960.words import CHARGING_STATES, VEHICLE_STATES
from battery_passport.foundation.clock import parse_utc, unix_ms
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.telemetry.errors import UnreadableSource
from battery_passport.telemetry.limits import DEFAULT_LIMITS
from battery_passport.telemetry.rows import Row, RowColumn, put_numbers

DECLARATION = b"gbt32960 1"
MOST_CELLS = DEFAULT_LIMITS.cells

VEHICLE_RULES = {
    "speed_kmh": RowColumn("speed_mm_s", 1_000 / 3.6),
    "odometer_km": RowColumn("odometer_m", 1_000),
    "pack_voltage_v": RowColumn("pack_voltage_mv", 1_000),
    "current_a": RowColumn("current_ma", 1_000),
    "soc_percent": RowColumn("bms_soc_permyriad", 100),
    "insulation_kohm": RowColumn("insulation_kohm", 1),
}
EXTREMES_RULES = {
    "cell_voltage_max_v": RowColumn("cell_voltage_max_mv", 1_000),
    "cell_voltage_min_v": RowColumn("cell_voltage_min_mv", 1_000),
    "cell_max_number": RowColumn("cell_max_number", 1),
    "cell_min_number": RowColumn("cell_min_number", 1),
    "temperature_max_c": RowColumn("temperature_max_dc", 10),
    "temperature_min_c": RowColumn("temperature_min_dc", 10),
}
ALARM_RULES = {
    "alarm_level": RowColumn("bms_warning_level", 1),
    "alarm_bits": RowColumn("alarm_bits", 1),
    "is_thermal_event": RowColumn("thermal_alarm", 1),
}
PACK_RULES = {name: VEHICLE_RULES[name] for name in ("pack_voltage_v", "current_a")}
_STATES = {
    "vehicle_state": ("vehicle_state", {word: code for code, word in VEHICLE_STATES.items()}),
    "charging_state": ("charge_status", {word: code for code, word in CHARGING_STATES.items()}),
}
_CELLS, _PROBES = "cell_voltage_mv", "probe_temperature_dc"
_REPORTS = ("realtime", "backfill")
_SIGNED_BY = (
    "The frames are not bound to this platform: who imported them signs what was recorded; a "
    "vehicle's own signature in them was not verified"
)
_ZONE = "Times in the frames are UTC+08:00, as the standard has it"


@dataclass(slots=True)
class _Counts:
    """What was seen of a recording, and what of it is left out."""

    total: int = 0
    refused: int = 0
    timeless: int = 0
    too_wide: int = 0
    vehicles: set[JsonValue] = field(default_factory=set)

    def assumptions(self) -> tuple[str, ...]:
        left_out = (
            (self.refused, f"{self.refused} of {self.total} frames were broken"),
            (self.timeless, f"{self.timeless} reports have no time"),
            (self.too_wide, f"{self.too_wide} reports number more than {MOST_CELLS} cells"),
        )
        return (
            _SIGNED_BY,
            _ZONE,
            *(f"{text} and are left out" for count, text in left_out if count),
        )


def recorded_rows(documents: Iterable[JsonObject]) -> tuple[list[Row], tuple[str, ...]]:
    """Return the rows of the reports and what was assumed.

    Parts of one reading become one row, in however many blocks or frames they came; two readings
    of one time stay two.
    Raises: UnreadableSource if the frames are of several vehicles.
    """
    rows: list[Row] = []
    of_packs: dict[int, Row] = {}
    counts = _Counts()
    for document in documents:
        counts.total += 1
        counts.refused += "error" in document
        if document.get("command") in _REPORTS and document.get("answer") == "command":
            counts.vehicles.add(document.get("vin"))
            found, of_pack = _report_rows(document, counts)
            _add(rows, found)
            if of_pack.values:
                _settle(rows, of_packs, of_pack)
    if len(counts.vehicles) > 1:
        raise UnreadableSource(
            f"The recording holds reports of {len(counts.vehicles)} vehicles.",
            remedy="Give the reports of one battery's vehicle.",
        )
    for place, of_pack in of_packs.items():
        rows[place].values = of_pack.values | rows[place].values
    return rows, counts.assumptions()


def _settle(rows: list[Row], of_packs: dict[int, Row], of_pack: Row) -> None:
    """Note what a pack says beside the newest row of its time, for where the vehicle is silent."""
    if not rows or rows[-1].sampled_at_ms != of_pack.sampled_at_ms:
        rows.append(Row(of_pack.sampled_at_ms))
    of_packs.setdefault(len(rows) - 1, of_pack)


def _add(rows: list[Row], more: Iterable[Row]) -> None:
    for row in more:
        if row.values and not (rows and _joins(rows[-1], row)):
            rows.append(row)


def _report_rows(document: JsonObject, counts: _Counts) -> tuple[list[Row], Row]:
    """Return a report's rows, and beside them what its only pack says of voltage and current."""
    time, blocks = document.get("time"), document.get("blocks")
    rows: list[Row] = []
    if not isinstance(time, str) or not isinstance(blocks, list):
        counts.timeless += 1
        return rows, Row(0)
    time_ms = unix_ms(parse_utc(time))
    of_pack = Row(time_ms)
    for block in (block for block in blocks if isinstance(block, dict)):
        part = Row(time_ms)
        put = _PUT.get(str(block.get("type")))
        if put is not None:
            put(part, block)
        packs = _packs(block)
        if len(packs) == 1:
            put_numbers(of_pack, packs[0], PACK_RULES)
        if _is_too_wide(part):
            counts.too_wide += 1
        else:
            _add(rows, [part])
    return rows, of_pack


def _is_too_wide(row: Row) -> bool:
    return any(
        isinstance(value, Sequence) and len(value) > MOST_CELLS for value in row.values.values()
    )


def _joins(earlier: Row, later: Row) -> bool:
    """Return whether the later row was part of the same reading, and is now in the earlier.

    Frames of up to 200 cells make up one reading: nothing in them says something else twice.
    """
    if earlier.sampled_at_ms != later.sampled_at_ms:
        return False
    for name, value in later.values.items():
        if name in earlier.values and not _complements(earlier.values[name], value):
            return False
    for name, value in later.values.items():
        known = earlier.values.get(name)
        if isinstance(known, Sequence) and isinstance(value, Sequence):
            earlier.values[name] = _united(known, value)
        else:
            earlier.values[name] = value
    return True


def _complements(known: object, value: object) -> bool:
    if not isinstance(known, Sequence) or not isinstance(value, Sequence):
        return known == value
    return all(
        one is None or other is None or one == other
        for one, other in zip(known, value, strict=False)
    )


def _united(known: Sequence[int | None], value: Sequence[int | None]) -> list[int | None]:
    longer, shorter = (known, value) if len(known) >= len(value) else (value, known)
    return [
        one if one is not None or place >= len(shorter) else shorter[place]
        for place, one in enumerate(longer)
    ]


def _vehicle(row: Row, block: JsonObject) -> None:
    put_numbers(row, block, VEHICLE_RULES)
    for name, (target, codes) in _STATES.items():
        state = block.get(name)
        code = codes.get(state) if isinstance(state, str) else state
        if isinstance(code, int):
            row.values[target] = code


def _packs(block: JsonObject) -> list[JsonObject]:
    packs = block.get("packs")
    return [pack for pack in packs if isinstance(pack, dict)] if isinstance(packs, list) else []


def _cells(row: Row, block: JsonObject) -> None:
    """Put in the cells of all packs, one pack behind the other."""
    packs = _packs(block)
    cells: list[int | None] = []
    for pack in packs:
        first, total = pack.get("first_cell_number"), pack.get("cell_count")
        before = first - 1 if isinstance(first, int) else 0
        part = [None] * before + _scaled(pack.get("cell_voltages_v"), 1_000)
        if isinstance(total, int) and len(packs) > 1:
            part += [None] * (total - len(part))
        cells += part
    if cells:
        row.values[_CELLS] = cells


def _temperatures(row: Row, block: JsonObject) -> None:
    probes = [one for pack in _packs(block) for one in _scaled(pack.get("temperatures_c"), 10)]
    if probes:
        row.values[_PROBES] = probes


def _scaled(values: JsonValue, factor: int) -> list[int | None]:
    return [
        round(value * factor) if isinstance(value, int | float) else None
        for value in (values if isinstance(values, list) else ())
    ]


_PUT: dict[str, Callable[[Row, JsonObject], None]] = {
    "vehicle": _vehicle,
    "extremes": lambda row, block: put_numbers(row, block, EXTREMES_RULES),
    "alarms": lambda row, block: put_numbers(row, block, ALARM_RULES),
    "cell-voltages": _cells,
    "temperatures": _temperatures,
}
