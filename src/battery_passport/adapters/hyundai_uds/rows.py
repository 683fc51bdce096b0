"""Decoded responses as rows of measurements: one row per round of requests.

In: what `decode_lines` returns. Out: rows with times, and what had to be assumed.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from battery_passport.adapters.hyundai_uds.fields import BATTERY_COMPUTER, FIRST_CELL_NUMBERS
from battery_passport.foundation.clock import format_utc, parse_utc, unix_ms
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.telemetry.rows import Row, RowColumn, put_numbers

DECLARATION = b"hyundai-uds 1"
ASSUMED_START = datetime(2020, 1, 1, tzinfo=UTC)
ASSUMED_INTERVAL_MS = 1_000
LONGEST_ROUND_MS = 60_000

RULES = {
    "current_a": RowColumn("current_ma", 1_000),
    "pack_voltage_v": RowColumn("pack_voltage_mv", 1_000),
    "soc_percent": RowColumn("bms_soc_permyriad", 100),
    "display_soc_percent": RowColumn("display_soc_permyriad", 100),
    "soh_percent": RowColumn("bms_soh_permyriad", 100),
    "temperature_max_c": RowColumn("temperature_max_dc", 10),
    "temperature_min_c": RowColumn("temperature_min_dc", 10),
    "module_temperatures_c": RowColumn("probe_temperature_dc", 10),
    "cell_voltage_max_v": RowColumn("cell_voltage_max_mv", 1_000),
    "cell_voltage_min_v": RowColumn("cell_voltage_min_mv", 1_000),
    "cell_max_number": RowColumn("cell_max_number", 1),
    "cell_min_number": RowColumn("cell_min_number", 1),
    "auxiliary_voltage_v": RowColumn("auxiliary_voltage_mv", 1_000),
    "cumulative_charge_ah": RowColumn("cumulative_charge_mah", 1_000),
    "cumulative_discharge_ah": RowColumn("cumulative_discharge_mah", 1_000),
    "cumulative_charge_kwh": RowColumn("cumulative_charge_wh", 1_000),
    "cumulative_discharge_kwh": RowColumn("cumulative_discharge_wh", 1_000),
    "operating_time_s": RowColumn("operating_time_s", 1),
    "available_charge_power_kw": RowColumn("available_charge_power_w", 1_000),
    "available_discharge_power_kw": RowColumn("available_discharge_power_w", 1_000),
    "insulation_kohm": RowColumn("insulation_kohm", 1),
}
_CELLS = "cell_voltage_mv"
_KNOWN = {"0101", "0105", *FIRST_CELL_NUMBERS}
_SIGNED_BY = "The vehicle signs no diagnostic responses: who imported them signs what was recorded"
_NO_CLOCK = (
    f"The recording has no clock: start {format_utc(ASSUMED_START)} and one second from round to "
    "round of requests are assumed"
)


def recorded_rows(documents: Iterable[JsonObject]) -> tuple[list[Row], tuple[str, ...]]:
    """Return the rows of a recording and what was assumed.

    A round ends when an identifier comes again, or after a minute by the recording's clock.
    """
    refused = total = 0
    rounds: list[list[JsonObject]] = []
    for document in documents:
        total += 1
        refused += "error" in document
        if document.get("ecu") not in (None, BATTERY_COMPUTER):
            continue
        if document.get("identifier") in _KNOWN and "hex" not in document:
            if not rounds or _is_next(rounds[-1], document):
                rounds.append([])
            rounds[-1].append(document)
    has_clock = all("time" in document for documents in rounds for document in documents)
    rows = [_row(documents, place, has_clock=has_clock) for place, documents in enumerate(rounds)]
    return rows, (
        _SIGNED_BY,
        *(() if has_clock else (_NO_CLOCK,)),
        *((f"{refused} of {total} responses were broken and are left out",) if refused else ()),
    )


def _is_next(documents: Sequence[JsonObject], document: JsonObject) -> bool:
    if any(one["identifier"] == document["identifier"] for one in documents):
        return True
    first_ms, this_ms = _time_ms(documents[0]), _time_ms(document)
    both = first_ms is not None and this_ms is not None
    return both and abs((this_ms or 0) - (first_ms or 0)) > LONGEST_ROUND_MS


def _time_ms(document: JsonObject) -> int | None:
    time = document.get("time")
    return unix_ms(parse_utc(time)) if isinstance(time, str) else None


def _row(documents: Sequence[JsonObject], place: int, *, has_clock: bool) -> Row:
    time_ms = _time_ms(documents[0]) if has_clock else None
    row = Row(unix_ms(ASSUMED_START) + place * ASSUMED_INTERVAL_MS if time_ms is None else time_ms)
    cells: dict[int, int | None] = {}
    for document in documents:
        put_numbers(row, document, RULES)
        cells |= _cells(document)
    if cells:
        row.values[_CELLS] = [cells.get(number) for number in range(1, max(cells) + 1)]
    return row


def _cells(document: JsonObject) -> dict[int, int | None]:
    first, voltages = document.get("first_cell_number"), document.get("cell_voltages_v")
    if not isinstance(first, int) or not isinstance(voltages, list):
        return {}
    return {
        first + place: round(volts * 1_000) if isinstance(volts, int | float) else None
        for place, volts in enumerate(voltages)
    }
