"""Published versions of methods give to this day what they gave when they were published.

In: committed statements with their signed batches. Out: nothing; a method that changes under its
version fails here.
"""

import json
from base64 import b64decode
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from battery_passport.diagnostics.errors import FigureDiffers
from battery_passport.diagnostics.health import METHODS as HEALTH_METHODS
from battery_passport.diagnostics.statement import compare_with_statement
from battery_passport.diagnostics.stating.claims import FIGURES_FORMAT
from battery_passport.diagnostics.stating.comparing import compare_with_figures
from battery_passport.diagnostics.stating.methods import METHODS as FIGURE_METHODS
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.table import TelemetryTable, assemble_table

FOLDER = Path(__file__).parent / "golden_statements"
DOCUMENTS = {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}
STATEMENTS = [(name, n) for name, each in DOCUMENTS.items() for n in range(len(each["statements"]))]


@cache
def table_of(name: str) -> TelemetryTable:
    return assemble_table(
        decode_batch(open_envelope(b64decode(batch))) for batch in DOCUMENTS[name]["batches"]
    )


def recompute(name: str, claims: Mapping[str, Any]) -> None:
    table = table_of(name)
    if claims["format"] == FIGURES_FORMAT:
        compare_with_figures(claims, table.batch_digests, table)
    else:
        compare_with_statement(claims, table)


@pytest.mark.parametrize(("name", "number"), STATEMENTS)
def test_a_statement_of_then_is_what_the_method_gives_now(name: str, number: int) -> None:
    recompute(name, DOCUMENTS[name]["statements"][number])


@pytest.mark.parametrize(
    ("name", "number", "path"),
    [
        ("city-car", 0, ("capacity", "value_ah")),
        ("city-car", 1, ("figures", "resistance", "values", "value_mohm")),
        ("city-car", 1, ("figures", "power", "values", "at_20_percent", "low_kw")),
        ("cycling", 0, ("figures", "round_trip", "values", "value_percent")),
        ("fleet-curve", 0, ("state_of_health", "high_percent")),
    ],
)
def test_the_last_digit_counts(name: str, number: int, path: tuple[str, ...]) -> None:
    claims = json.loads(json.dumps(DOCUMENTS[name]["statements"][number]))
    holder = claims
    for member in path[:-1]:
        holder = holder[member]
    holder[path[-1]] = round(holder[path[-1]] + (0.01 if path[-1].endswith("_ah") else 0.1), 2)
    with pytest.raises(FigureDiffers):
        recompute(name, claims)


def test_every_published_version_has_a_statement() -> None:
    found = set()
    for document in DOCUMENTS.values():
        for claims in document["statements"]:
            for each in claims.get("figures", {"health": claims}).values():
                found.add((each["method"], each["version"]))
    figures = {(name, version) for name, of in FIGURE_METHODS.items() for version in of}
    assert found == figures | set(HEALTH_METHODS)
